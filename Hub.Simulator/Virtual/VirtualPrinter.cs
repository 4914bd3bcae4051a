using System;
using System.IO;
using System.Linq;
using Hub.Core.Configuration;
using Hub.Core.Printers;

namespace Hub.Simulator.Virtual;

/// <summary>One virtual printer of any system. Thread: any.</summary>
public abstract class VirtualPrinter(string id, string name, string type, VirtualMachine machine)
{
    public string Id { get; } = id;

    public string Name { get; } = name;

    /// <summary>The printer system, as the configuration names it.</summary>
    public string Type { get; } = type;

    public VirtualMachine Machine { get; } = machine;

    /// <summary>Its HTTP port (the API, or /virtual/faults alone); set when the host listens.</summary>
    public int Port { get; internal set; }

    /// <summary>Called with the bed's target each time a report that carries it is about to be sent, for latency measurements; never called by systems that are polled.</summary>
    public Action<double>? BedTargetLeaves { get; set; }

    /// <summary>Called when a request to pause, resume or cancel has been read, for latency measurements; only by OctoPrint and Moonraker.</summary>
    public Action? CommandArrives { get; set; }

    /// <summary>Called with the print's state, in the system's own word, each time a report or an answer that carries it is about to be sent, for latency measurements; only by OctoPrint and Moonraker.</summary>
    public Action<string>? StateLeaves { get; set; }

    /// <summary>Its address, for people.</summary>
    public abstract string Address { get; }

    /// <summary>The faults in force, as JSON.</summary>
    public abstract byte[] ReadFaults();

    /// <summary>Replaces all faults. Errors: JsonException with one line for people.</summary>
    public abstract void WriteFaults(byte[] json);

    /// <summary>Its entry of printers.json (docs/configuration.md).</summary>
    public abstract PrinterConfig ToConfig();

    /// <summary>The same for a hub on the board or within its limits, whose TLS compares no pins: a Bambu printer comes with its CA instead.</summary>
    public virtual PrinterConfig ToBoardConfig() => ToConfig();

    /// <summary>Stores a file without a slicer's estimate and prints it; false when the printer is busy or offline.</summary>
    public bool StartDemoJob() => StartJob("demo", "; demo of a virtual printer\n");

    /// <summary>Stores a file and prints it, as a person at the printer does; false when the printer is busy or offline.</summary>
    /// <param name="name">The file's name without its ending.</param>
    /// <param name="head">Its first lines, which may hold a slicer's estimate.</param>
    public abstract bool StartJob(string name, string head);

    /// <summary>Stores a file of 2000 moves and returns its print job.</summary>
    protected static MachineJob PlaceJob(VirtualStorage storage, string name, string head)
    {
        ArgumentNullException.ThrowIfNull(storage);
        string part = storage.NewUploadPath();
        File.WriteAllText(part, head + "M104 S215\nM140 S60\nM109 S215\nG28\n" + string.Concat(Enumerable.Repeat("G1 X10 Y10 E1 F3000\n", 2000)));
        return GcodeFile.ReadJob(storage.Place(part, name + ".gcode"), name + ".gcode");
    }
}
