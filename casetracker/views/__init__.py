"""Pages: fetch through a selector, one service call, a message, a redirect. One module per page group."""
