"""
The reading half of Instagram's Graph API, under `/graph`.

Own accounts with their media, insights and comments, and `business_discovery`
for everybody's professional accounts; its error object, its codes and its usage
headers. Nothing can be written here.
"""
