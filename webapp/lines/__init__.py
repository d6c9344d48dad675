"""The line table's pages: hundreds of lines to claim, review and exchange as spreadsheets."""
