using System;
using System.Text;
using System.Threading;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>
/// Decides which report is due: X1 and H2 send the whole object each second, P1 and A1 only the changes, after one
/// second and after two seconds alternately. Without a clock and a network of its own. Thread: any.
/// </summary>
internal sealed class BambuReporter(VirtualBambu printer) : IDisposable
{
    private readonly Lock _gate = new();
    private ReportFields _sent = new();
    private ReportFields _next = new();
    private long _tick;
    private long _sequenceId = 2000;
    private bool _hasSent;

    /// <summary>Called every <see cref="VirtualBambu.ReportMs"/>: the report that is due, otherwise null.</summary>
    public byte[]? Tick()
    {
        lock (_gate)
        {
            _tick++;
            if (printer.Model.ReportsInFull)
            {
                return Full();
            }

            if (_tick % 3 == 0)
            {
                return null;
            }

            if (!_hasSent)
            {
                // A client gets the full state with its pushall, never unasked.
                Write(_sent);
                _hasSent = true;
                return null;
            }

            Write(_next);
            byte[]? delta = _next.ToDelta(_sent, ++_sequenceId);
            (_sent, _next) = (_next, _sent);
            return delta;
        }
    }

    /// <summary>The answer to pushall.</summary>
    public byte[] PushAll()
    {
        lock (_gate)
        {
            return Full();
        }
    }

    public void Dispose()
    {
        _sent.Dispose();
        _next.Dispose();
    }

    /// <summary>A malformed report; null for an unknown kind.</summary>
    public static byte[]? Garbage(string kind) => kind switch
    {
        "binary" => [0x7B, 0x22, 0xFF, 0xFE, 0x00, 0xC3, 0x28, 0xA0, 0xF5, 0x22, 0x3A],
        "cut" => Encoding.ASCII.GetBytes("{\"print\":{\"gcode_state\":\"RUNN"),
        "types" => Encoding.ASCII.GetBytes("{\"print\":{\"gcode_state\":7,\"mc_percent\":\"42\",\"nozzle_temper\":{\"x\":[1]},\"hms\":\"none\",\"lights_report\":3,\"command\":\"push_status\",\"msg\":\"1\"}}"),
        "huge" => Encoding.ASCII.GetBytes("{\"print\":{\"filler\":\"" + new string('x', 100_000) + "\",\"command\":\"push_status\",\"msg\":1}}"),
        "html" => Encoding.ASCII.GetBytes("<html><head><title>Router login</title></head></html>"),
        _ => null,
    };

    private byte[] Full()
    {
        Write(_sent);
        _hasSent = true;
        return _sent.ToFull(++_sequenceId);
    }

    private void Write(ReportFields fields) => BambuReport.Write(fields, printer, printer.Print.Read(), _tick);
}
