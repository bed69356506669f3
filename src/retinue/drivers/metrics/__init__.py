"""Public numbers of people and posts, read through an official interface or a vendor of one."""
