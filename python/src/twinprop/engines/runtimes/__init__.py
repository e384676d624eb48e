"""The two languages as WebAssembly, under Node: pyodide runs Python, webr runs R."""
