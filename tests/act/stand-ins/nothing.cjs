// The tool is there already.
