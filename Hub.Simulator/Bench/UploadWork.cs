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

    /// <summary>The speed of an upload, from what its server stored.</summary>
    public static Measured Speed(UploadFile file, string folder, Func<double> upload)
    {
        double seconds = upload();
        return Measured.Speed(file.TakeStored(folder, seconds), BytesPerMiB);
    }

    /// <summary>The largest growth of this process's resident memory during an upload, in MiB.</summary>
    public static Measured MemoryGrowth(UploadFile file, string folder, Action upload)
    {
        double growth = MemoryGrowthMiB(upload);
        return new Measured(growth, file.TakeStored(folder, 0));
    }

    /// <summary>Seconds that sha256sum needs, its start included.</summary>
    public static double Sha256SumSeconds(UploadFile file)
    {
        long start = Stopwatch.GetTimestamp();
        string sum = Output("sha256sum", [file.Path]);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return sum.StartsWith(file.Sha256, StringComparison.Ordinal) ? seconds : throw new InvalidOperationException("sha256sum computed another sum: " + sum);
    }

    /// <summary>Seconds that curl needs by its own measurement, without its start.</summary>
    public static double CurlSeconds(string[] arguments)
    {
        using TemporaryFile answer = new();
        return CurlSeconds(arguments, answer.Path);
    }

    /// <summary>The same; the server's answer is written to a file.</summary>
    public static double CurlSeconds(string[] arguments, string answerPath)
    {
        string seconds = Output("curl", ["--silent", "--show-error", "--fail", "--output", answerPath, "--write-out", "%{time_total}", .. arguments]);
        return double.Parse(seconds, CultureInfo.InvariantCulture);
    }

    private static double MemoryGrowthMiB(Action work)
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

    private static string Output(string program, string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException(program + " failed with exit code " + process.ExitCode);
    }

    private sealed class TemporaryFile : IDisposable
    {
        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
