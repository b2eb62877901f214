"""The widgets of the Data step, one file each; pages/data_page.py puts them together."""
