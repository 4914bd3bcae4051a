using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Threading;

namespace Hub.Simulator.Bench;

/// <summary>Shared parts of the upload benchmarks.</summary>
internal static class UploadWork
{
    private const int BytesPerMiB = 1024 * 1024;
    private const int SampleMs = 5;

    public static void WriteFile(string path, int sizeMiB)
    {
        byte[] block = new byte[BytesPerMiB];
        Array.Fill(block, (byte)';');
        using FileStream file = File.Create(path);
        for (int i = 0; i < sizeMiB; i++)
        {
            file.Write(block);
        }
    }

    /// <summary>Largest growth of this process's resident memory during the work.</summary>
    public static double MemoryGrowthMiB(Action work)
    {
        using Process self = Process.GetCurrentProcess();
        long before = self.WorkingSet64;
        long peak = before;
        using ManualResetEventSlim done = new();
        Thread sampler = new(() =>
        {
            while (!done.Wait(SampleMs))
            {
                self.Refresh();
                peak = Math.Max(peak, self.WorkingSet64);
            }
        });
        sampler.Start();
        work();
        done.Set();
        sampler.Join();
        return (peak - before) / (double)BytesPerMiB;
    }

    /// <summary>Seconds that curl needs by its own measurement, without its start.</summary>
    public static double CurlSeconds(string[] arguments)
    {
        using TemporaryFile answer = new();
        ProcessStartInfo start = new("curl") { RedirectStandardOutput = true };
        Array.ForEach(["--silent", "--show-error", "--fail", "--output", answer.Path, "--write-out", "%{time_total}"], start.ArgumentList.Add);
        Array.ForEach(arguments, start.ArgumentList.Add);
        using Process curl = Process.Start(start)!;
        string seconds = curl.StandardOutput.ReadToEnd();
        curl.WaitForExit();
        return curl.ExitCode == 0
            ? double.Parse(seconds, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException("curl failed with exit code " + curl.ExitCode);
    }

    private sealed class TemporaryFile : IDisposable
    {
        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
