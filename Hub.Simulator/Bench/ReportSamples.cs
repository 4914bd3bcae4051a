using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;

namespace Hub.Simulator.Bench;

/// <summary>A complete report of a printer.</summary>
internal sealed record ReportSample(string Name, byte[] Bytes);

/// <summary>The reports that benchmarks read: the built-in ones, or every *.json of the folder that HUB_REPORTS_DIR names.</summary>
internal static class ReportSamples
{
    private const string Prefix = "reports/";

    public static ReportSample[] Load()
    {
        string? folder = Environment.GetEnvironmentVariable("HUB_REPORTS_DIR");
        ReportSample[] samples = string.IsNullOrEmpty(folder)
            ? [.. LoadBuiltIn()]
            : [.. LoadFolder(folder)];
        return samples.Length > 0
            ? samples
            : throw new InvalidOperationException("There are no *.json files in the folder that HUB_REPORTS_DIR names.");
    }

    private static IEnumerable<ReportSample> LoadFolder(string folder)
    {
        return Directory.GetFiles(folder, "*.json")
            .Order(StringComparer.Ordinal)
            .Select(path => new ReportSample(Path.GetFileNameWithoutExtension(path), File.ReadAllBytes(path)));
    }

    private static IEnumerable<ReportSample> LoadBuiltIn()
    {
        Assembly assembly = typeof(ReportSamples).Assembly;
        foreach (string name in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            if (!name.StartsWith(Prefix, StringComparison.Ordinal))
            {
                continue;
            }

            using Stream stream = assembly.GetManifestResourceStream(name)!;
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            yield return new ReportSample(Path.GetFileNameWithoutExtension(name[Prefix.Length..]), bytes);
        }
    }
}
