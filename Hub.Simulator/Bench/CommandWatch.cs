using System.Diagnostics;
using System.Threading;
using Hub.Simulator.Virtual;

namespace Hub.Simulator.Bench;

/// <summary>The moments of one command, as Stopwatch timestamps; 0 for what did not happen.</summary>
/// <param name="Sent">The REST request was sent.</param>
/// <param name="Arrived">The printer had read the request that results.</param>
/// <param name="Proven">The first report after it that shows the new state left the printer.</param>
/// <param name="Answered">The REST answer was read.</param>
/// <param name="Requests">How many requests the printer got.</param>
internal sealed record CommandTimes(long Sent, long Arrived, long Proven, long Answered, int Requests)
{
    /// <summary>True when the printer got the command once and the answer came after the proof.</summary>
    public bool IsDone => Requests == 1 && Sent != 0 && Arrived >= Sent && Proven >= Arrived && Answered >= Proven;

    /// <summary>From the REST request to the request at the printer, in ms.</summary>
    public double ToPrinterMs => Stopwatch.GetElapsedTime(Sent, Arrived).TotalMilliseconds;

    /// <summary>From the printer's proving report to the REST answer, in ms.</summary>
    public double ToAnswerMs => Stopwatch.GetElapsedTime(Proven, Answered).TotalMilliseconds;
}

/// <summary>Notes when a virtual printer gets a command and when it reports the state that proves it. Thread: any.</summary>
internal sealed class CommandWatch
{
    private readonly Lock _gate = new();
    private string _state = "";
    private long _sent;
    private long _arrived;
    private long _proven;
    private int _requests;

    public CommandWatch(VirtualPrinter printer)
    {
        printer.CommandArrives = Arrives;
        printer.StateLeaves = Leaves;
    }

    /// <summary>A command is sent now.</summary>
    /// <param name="state">The printer's word for the state that proves it.</param>
    public void Begin(string state)
    {
        lock (_gate)
        {
            _state = state;
            _arrived = 0;
            _proven = 0;
            _requests = 0;
            _sent = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>Its answer is there.</summary>
    /// <param name="answered">When, in Stopwatch ticks; 0 for a command that failed.</param>
    public CommandTimes End(long answered)
    {
        lock (_gate)
        {
            return new CommandTimes(_sent, _arrived, _proven, answered, _requests);
        }
    }

    private void Arrives()
    {
        long now = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            _arrived = _requests++ == 0 ? now : _arrived;
        }
    }

    private void Leaves(string state)
    {
        long now = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            if (_arrived != 0 && _proven == 0 && state.Equals(_state, System.StringComparison.OrdinalIgnoreCase))
            {
                _proven = now;
            }
        }
    }
}
