using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Hub.Tests.Cli;

namespace Hub.Tests.Kills;

/// <summary>A hub or a cloud that is killed and started again on the same folder. Thread: one at a time; any for <see cref="Lives"/>.</summary>
/// <param name="start">Starts it once more.</param>
internal sealed class KillableProcess(Func<HubProgram> start) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<(DateTimeOffset From, DateTimeOffset To)> _lives = [];
    private HubProgram? _program;
    private string _faults = "";

    /// <summary>The simulator's program with these arguments.</summary>
    public KillableProcess(params string[] arguments)
        : this(() => HubProgram.Start(arguments))
    {
    }

    /// <summary>What all its runs said of faults of their own.</summary>
    public string Faults => _faults + FaultsOf(_program);

    public bool HasExited => _program is not { HasExited: false };

    public string Out => _program == null ? "" : _program.Out + _program.Error;

    /// <summary>When it ran; the present run has no end.</summary>
    public (DateTimeOffset From, DateTimeOffset To)[] Lives
    {
        get
        {
            lock (_gate)
            {
                return [.. _lives];
            }
        }
    }

    public void Start()
    {
        lock (_gate)
        {
            _lives.Add((DateTimeOffset.UtcNow, DateTimeOffset.MaxValue));
        }

        _program = start();
    }

    /// <summary>kill -9. False when it had ended by itself, which it must not.</summary>
    public bool Kill()
    {
        bool ran = !_program!.HasExited;
        _program.Kill();
        Note();
        return ran;
    }

    /// <summary>Ctrl+C; returns the exit code.</summary>
    public int Stop()
    {
        _program!.Interrupt();
        int code = _program.WaitForEnd();
        Note();
        return code;
    }

    public void Dispose() => _program?.Dispose();

    private static string FaultsOf(HubProgram? program) => program == null ? "" : string.Concat((program.Out + program.Error).Split('\n')
        .Where(line => line.Split(' ') is [_, "error", ..] || line.Contains("fault", StringComparison.Ordinal) || line.Contains("unhandled", StringComparison.OrdinalIgnoreCase)).Select(line => line + "\n"));

    private void Note()
    {
        lock (_gate)
        {
            _lives[^1] = (_lives[^1].From, DateTimeOffset.UtcNow);
        }

        _faults += FaultsOf(_program);
        _program!.Dispose();
        _program = null;
    }
}
