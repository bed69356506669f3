"""
`/web/...`: the site for browsers, in plain HTML.

Pages hold no script and ask no other host. Their elements keep their ids, except where the fault
`changed_ui` renames them all.
"""
