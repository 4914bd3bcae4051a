using System;
using System.IO;
using System.IO.Compression;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.Bambu;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Virtual.Bambu;

/// <summary>One virtual Bambu on free ports, with a clock that the test drives.</summary>
public abstract class BambuTestBase : IAsyncDisposable
{
    private Fleet? _fleet;

    internal DrivenTime Time { get; } = new();

    internal VirtualBambu Printer { get; private set; } = null!;

    internal Fleet Fleet => _fleet!;

    public TestContext TestContext { get; set; } = null!;

    protected CancellationToken Stop => TestContext.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_fleet != null)
        {
            await _fleet.DisposeAsync();
        }
    }

    internal async Task StartAsync(string model = "P1S")
    {
        _fleet = await Fleet.StartAsync(new FleetOptions { Bambu = 1, BambuModel = model, BambuFirstNumber = ClassSerials.Of(this), Time = Time });
        Printer = (VirtualBambu)_fleet.Printers[0];
        Printer.LoginDelayMs = 50;
    }

    internal Task<BambuPeer> ConnectAsync(string clientId = "test") => BambuPeer.ConnectAsync(Printer, clientId, Stop);

    /// <summary>Puts a .gcode.3mf with one plate of 100 s on the card.</summary>
    internal void PlaceArchive(string name = "part.gcode.3mf", string plate = "Metadata/plate_1.gcode")
    {
        string path = Path.Combine(Printer.Storage.Root, name);
        using ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create);
        using StreamWriter writer = new(zip.CreateEntry(plate).Open());
        writer.Write("; total estimated time: 1m 40s\nM104 S220\nM140 S55\nG28\n");
    }
}
