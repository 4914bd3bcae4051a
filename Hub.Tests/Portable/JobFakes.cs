using System;
using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Jobs;
using Hub.Core.Logging;
using Hub.Core.Printers;

namespace Hub.Tests.Portable;

/// <summary>Storage in memory that stops before a write: what the medium holds after a power cut between two writes.</summary>
public class CutNvs : INvs
{
    private readonly MemoryNvs _nvs = new MemoryNvs();

    /// <summary>Writes and deletes until the cut.</summary>
    public int WritesLeft { get; set; } = int.MaxValue;

    /// <summary>Writes so far.</summary>
    public int Writes { get; private set; }

    /// <summary>Reads so far.</summary>
    public int Reads { get; private set; }

    /// <summary>"namespace/key" of a value that is damaged, or null.</summary>
    public string? Damaged { get; set; }

    public bool IsHealthy => true;

    public byte[]? Read(string ns, string key)
    {
        Reads++;
        if (ns + "/" + key == Damaged)
        {
            throw new HubException(ErrorCode.StorageFailed, "damaged");
        }

        return _nvs.Read(ns, key);
    }

    public byte[]? ReadDamaged(string ns, string key) => ns + "/" + key == Damaged ? _nvs.Read(ns, key) : null;

    public void Write(string ns, string key, byte[] value)
    {
        Spend();
        _nvs.Write(ns, key, value);
        if (ns + "/" + key == Damaged)
        {
            Damaged = null;
        }
    }

    public void Delete(string ns, string key)
    {
        Spend();
        _nvs.Delete(ns, key);
    }

    public string[] Keys(string ns) => _nvs.Keys(ns);

    public IDisposable? TryLock(string name) => _nvs.TryLock(name);

    private void Spend()
    {
        if (WritesLeft <= 0)
        {
            throw new HubException(ErrorCode.StorageFailed, "the power is cut");
        }

        WritesLeft--;
        Writes++;
    }
}

/// <summary>Events for tests.</summary>
internal static class SampleEvents
{
    public static JobEvent At(long id) => new JobEvent
    {
        Id = id,
        TimeMs = 1700000000000 + id,
        PrinterId = "printer-" + (id % 3).ToString(),
        Kind = JobEventKind.Started,
        JobId = id,
        Job = "part " + id.ToString() + ".gcode",
    };

    public static ArrayList From(long firstId, int count)
    {
        ArrayList list = new ArrayList();
        for (int i = 0; i < count; i++)
        {
            list.Add(At(firstId + i));
        }

        return list;
    }
}

/// <summary>Digests that are long enough and differ; nothing else is asked of them here.</summary>
public sealed class PlainHash : IHash
{
    public byte[] Md5(byte[] data, int offset, int count) => Core.Drivers.Md5.Compute(data, offset, count);

    public byte[] Sha1(byte[] data, int offset, int count) => throw new NotSupportedException();

    public byte[] Sha256(byte[] data, int offset, int count)
    {
        byte[] digest = new byte[32];
        Array.Copy(Md5(data, offset, count), digest, 16);
        return digest;
    }

    public byte[] HmacSha256(byte[] key, byte[] data, int offset, int count) => throw new NotSupportedException();
}

/// <summary>A log that keeps its last line.</summary>
public sealed class LastLine : ILogSink
{
    public string Text { get; private set; } = "";

    public int Count { get; private set; }

    public void Write(long timeMs, LogLevel level, string area, string message)
    {
        Text = area + ": " + message;
        Count++;
    }
}

/// <summary>One process with one printer: what reports become in the job log.</summary>
public sealed class JobBench
{
    private readonly ScriptedHal _hal;
    private readonly Log _log;

    /// <summary>A process on storage and clock of its own.</summary>
    public JobBench()
        : this(new ScriptedHal { Nvs = new CutNvs(), Hasher = new PlainHash(), Machine = new SampleEntropy() }, Octo("octo-1", "http://octo"))
    {
    }

    private JobBench(ScriptedHal hal, PrinterConfig printer)
    {
        _hal = hal;
        Printer = printer;
        _log = new Log(Lines, hal.Clock, LogLevel.Debug);
        Store = new JobStore(hal, _log, new JobLogSize(64, 8));
        Recorder = new JobRecorder(hal.Clock, Store, _log, printer);
    }

    public PrinterConfig Printer { get; }

    public LastLine Lines { get; } = new LastLine();

    public JobStore Store { get; }

    public JobRecorder Recorder { get; }

    public CutNvs Nvs => (CutNvs)_hal.Nvs;

    public ManualClock Clock => _hal.Time;

    /// <summary>The status that is reported.</summary>
    public PrinterStatus Status { get; } = new PrinterStatus();

    /// <summary>The stored record.</summary>
    public JobRecord Record => Store.Read(Store.PlaceOf(Printer));

    public static PrinterConfig Octo(string id, string url) => new PrinterConfig { Id = id, Type = PrinterTypes.OctoPrint, Url = url };

    /// <summary>Another process on the same storage, or this one after a restart.</summary>
    public JobBench Another() => new JobBench(_hal, Printer);

    /// <summary>The same with another configuration.</summary>
    public JobBench Another(PrinterConfig printer) => new JobBench(_hal, printer);

    /// <summary>Two seconds later the printer reports this.</summary>
    public void Report(PrinterState state, int number, string? key, string? job, string? errorCode)
    {
        _hal.Time.Advance(2000);
        Status.State = state;
        Status.JobNumber = number;
        Status.JobKey = key;
        Status.Job = job;
        Status.ErrorCode = errorCode;
        Status.ErrorMessage = errorCode == null ? null : "words on " + errorCode;
        Recorder.Reported(Status);
    }

    public void Report(PrinterState state, int number, string job) => Report(state, number, "id-" + number.ToString(), job, null);

    public void Idle(int number) => Report(PrinterState.Idle, number, null, null, null);

    public void ClearBed() => Recorder.Change(BedRule.Clear);

    /// <summary>All events, such as "1 started a.gcode; 2 finished a.gcode of 1".</summary>
    public string Events()
    {
        JobEvent[] events = Store.ReadEvents(1, 1000);
        string text = "";
        for (int i = 0; i < events.Length; i++)
        {
            JobEvent e = events[i];
            text += (i == 0 ? "" : "; ") + e.Id.ToString() + " " + JobEventKinds.Name(e.Kind) + (e.Job == null ? "" : " " + e.Job)
                + (e.JobId == 0 || e.JobId == e.Id ? "" : " of " + e.JobId.ToString());
        }

        return text;
    }

    /// <summary>One event.</summary>
    public JobEvent Event(long id) => Store.ReadEvents(id, 1)[0];
}
