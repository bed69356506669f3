"""
What an operator should know without looking: one alert per incident, told wherever they have asked to be told.

However often the same thing goes wrong there is one alert of its key until it is over. What is sent to
whom is a row before anything is sent, so that neither a crash nor a silent service loses it.
"""
