using System;
using System.Diagnostics;
using System.IO;
using System.Threading;

namespace Hub.Simulator.Bench;

/// <summary>A second process of this program, so that its cost is measured separately.</summary>
internal sealed class HubProcess : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts it; its stdout is discarded.</summary>
    public HubProcess(params string[] arguments)
        : this(null, arguments)
    {
    }

    /// <summary>Starts it; each line of its stdout is passed on, on a thread of the pool.</summary>
    public HubProcess(Action<string>? lineRead, string[] arguments)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, typeof(HubProcess).Assembly.GetName().Name + ".dll"));
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => lineRead?.Invoke(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => LastError = line.Data ?? LastError;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The last line it wrote to stderr.</summary>
    public string LastError { get; private set; } = "";

    /// <summary>Its private memory now, in MiB.</summary>
    public double PrivateMiB => ProcessMemory.PrivateMiB(_process);

    /// <summary>CPU time it used so far.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Waits for a file that the process writes when it is ready.</summary>
    public void WaitForFile(string path)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!File.Exists(path))
        {
            if (_process.HasExited || watch.Elapsed.TotalSeconds > 30)
            {
                throw new InvalidOperationException("the second process did not get ready: " + LastError);
            }

            Thread.Sleep(20);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
