using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Text;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cli;

/// <summary>The simulator as its user runs it: a process with arguments, two output streams and an exit code.</summary>
internal sealed class HubProgram : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();

    private HubProgram(string[] command, bool hasStdin = true, string input = "", IReadOnlyDictionary<string, string>? environment = null)
    {
        // A run of the tests in the background of a script ignores SIGINT, and what it starts would inherit that.
        ProcessStartInfo start = new("env") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.ArgumentList.Add("--default-signal=INT");
        if (!hasStdin)
        {
            start.ArgumentList.Add("sh");
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add("exec \"$@\" <&-");
            start.ArgumentList.Add("sh");
        }

        foreach (string argument in command)
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Append(_out, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.StandardInput.Write(input);
        _process.StandardInput.Close();
    }

    /// <summary>The command that starts the program, before its arguments: the build's, or the one that HUB_TEST_PROGRAM names (docs/testing.md#native-aot).</summary>
    public static string[] Command => Environment.GetEnvironmentVariable("HUB_TEST_PROGRAM") is { Length: > 0 } program
        ? [program]
        : ["dotnet", Path.Combine(AppContext.BaseDirectory, "Hub.Simulator.dll")];

    public string Out => Text(_out);

    public string Error => Text(_error);

    /// <summary>Starts it and leaves it running.</summary>
    public static HubProgram Start(params string[] arguments) => new([.. Command, .. arguments]);

    /// <summary>Starts another program, with these variables more in its environment. What it starts in turn does not end with it: a script execs.</summary>
    public static HubProgram StartOther(string[] command, IReadOnlyDictionary<string, string> environment) => new(command, environment: environment);

    /// <summary>Runs it to its end.</summary>
    public static (int ExitCode, string Out, string Error) Run(params string[] arguments) => End(Start(arguments));

    /// <summary>Runs it to its end, with this text coming through a pipe.</summary>
    public static (int ExitCode, string Out, string Error) RunWithInput(string input, params string[] arguments) => End(new HubProgram([.. Command, .. arguments], input: input));

    /// <summary>Runs it to its end, with a stdin that is not there at all.</summary>
    public static (int ExitCode, string Out, string Error) RunWithoutStdin(params string[] arguments) => End(new HubProgram([.. Command, .. arguments], hasStdin: false));

    public void WaitFor(Func<bool> condition, string what)
    {
        bool isMet = false;
        Patience.Until(() => _process.HasExited || (isMet = condition()), what, () => $"stdout: {Out}; stderr: {Error}");

        // What it said last may come after its end.
        Assert.IsTrue(isMet || condition(), $"it ended before {what}; stdout: {Out}; stderr: {Error}");
    }

    /// <summary>What Ctrl+C sends.</summary>
    public void Interrupt() => Signal("-INT");

    /// <summary>What a service manager sends.</summary>
    public void Terminate() => Signal("-TERM");

    /// <summary>Ends it without a word, as a power cut does.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Makes it hang, until <see cref="Resume"/>.</summary>
    public void Suspend() => Signal("-STOP");

    public void Resume() => Signal("-CONT");

    /// <summary>Number of its process.</summary>
    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int WaitForEnd()
    {
        Assert.IsTrue(_process.WaitForExit(Patience.LimitMs), $"it does not end; stdout: {Out}; stderr: {Error}");
        _process.WaitForExit();
        return _process.ExitCode;
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

    private static (int ExitCode, string Out, string Error) End(HubProgram program)
    {
        using (program)
        {
            int code = program.WaitForEnd();
            return (code, program.Out, program.Error);
        }
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line != null)
        {
            lock (text)
            {
                text.Append(line).Append('\n');
            }
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    private void Signal(string signal)
    {
        using Process kill = Process.Start("kill", [signal, _process.Id.ToString()]);
        kill.WaitForExit();
    }
}
