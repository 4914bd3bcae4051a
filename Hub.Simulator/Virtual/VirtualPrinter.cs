using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Hub.Simulator.Virtual;

/// <summary>One virtual printer of any system behind the fleet's HTTP host. Thread: any.</summary>
public abstract class VirtualPrinter(string id, string name, string type, string apiKey, VirtualMachine machine)
{
    private readonly Lock _gate = new();
    private VirtualFaults _faults = VirtualFaults.None;
    private int _hits;

    public string Id { get; } = id;

    public string Name { get; } = name;

    /// <summary>The system, as configuration names it.</summary>
    public string Type { get; } = type;

    public string ApiKey { get; } = apiKey;

    public VirtualMachine Machine { get; } = machine;

    /// <summary>Set when the host listens.</summary>
    public int Port { get; internal set; }

    public string Url => "http://127.0.0.1:" + Port;

    /// <summary>What goes wrong on purpose; setting it also does the one-time faults of the link.</summary>
    public VirtualFaults Faults
    {
        get
        {
            lock (_gate)
            {
                return _faults;
            }
        }

        set
        {
            lock (_gate)
            {
                _faults = value;
                _hits = 0;
            }

            if (value.PrinterError != null)
            {
                Machine.Fail(value.PrinterError);
            }

            if (value.Serial == "offline")
            {
                Machine.Disconnect();
            }
            else if (value.Serial == "online")
            {
                Machine.Connect();
            }
        }
    }

    /// <summary>Answers a request; null when it was answered already (downloads, websockets).</summary>
    public abstract Task<VirtualReply?> HandleAsync(HttpContext context);

    /// <summary>Puts a file without a slicer's estimate into the storage and prints it; false when the printer is busy or offline.</summary>
    public abstract bool StartDemoJob();

    /// <summary>Puts a file of 2000 moves into a storage and gives the job it makes.</summary>
    protected static MachineJob PlaceDemoJob(VirtualStorage storage)
    {
        ArgumentNullException.ThrowIfNull(storage);
        string part = storage.NewUploadPath();
        File.WriteAllText(part, "; demo of a virtual printer\nM104 S215\nM140 S60\nM109 S215\nG28\n" + string.Concat(Enumerable.Repeat("G1 X10 Y10 E1 F3000\n", 2000)));
        return GcodeFile.ReadJob(storage.Place(part, "demo.gcode"), "demo.gcode");
    }

    /// <summary>The faults that hit the request of this path, counted.</summary>
    internal VirtualFaults TakeFaults(string path)
    {
        lock (_gate)
        {
            VirtualFaults faults = _faults;
            if (!faults.Applies(path))
            {
                return VirtualFaults.None;
            }

            if (faults.Count > 0 && ++_hits >= faults.Count)
            {
                _faults = VirtualFaults.None;
            }

            return faults;
        }
    }
}
