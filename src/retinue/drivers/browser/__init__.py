"""Networks' web sites, used as a person uses them. What knows a site's pages is one file of `sites`."""
