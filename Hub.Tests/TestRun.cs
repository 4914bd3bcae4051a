using Microsoft.VisualStudio.TestTools.UnitTesting;

// Most of the run is waiting for timeouts and virtual printers, so the classes run side by side.
[assembly: Parallelize(Workers = 8, Scope = ExecutionScope.ClassLevel)]
