// AT THE MERGE: the benchmarks' own BenchRunner takes the place of this file.
using System;
using System.IO;

namespace Hub.Simulator.Bench;

public static class BenchRunner
{
    public static int Run(string? name, bool json, TextWriter output) => throw new NotImplementedException();
}
