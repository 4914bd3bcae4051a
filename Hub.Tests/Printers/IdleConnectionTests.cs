using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Core.Systems;
using Hub.Hal.Desktop;
using Hub.Simulator.Virtual;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers;

/// <summary>Clients on a machine with one socket: none opens a second beside its link, and polled ones do without between polls.</summary>
[TestClass]
public sealed class IdleConnectionTests
{
    [TestMethod]
    [DataRow("octoprint")]
    [DataRow("prusalink")]
    [DataRow("prusalink on a pi")]
    [DataRow("moonraker behind a proxy")]
    public async Task Rest_BetweenPolls_ClosesTheConnectionAndTheNextRequestDialsAgain(string system)
    {
        await using Fleet fleet = await Fleet.StartAsync(system switch
        {
            "octoprint" => new FleetOptions { OctoPrint = 1 },
            "prusalink" => new FleetOptions { PrusaLink = 1 },
            "prusalink on a pi" => new FleetOptions { PrusaLinkOnPi = 1 },
            _ => new FleetOptions { Moonraker = 1, RefuseWebSockets = true },
        });
        using DesktopHal hal = OneSocket();
        using IPrinterClient client = new PrinterClientFactory(hal).Create(fleet.Printers[0].ToConfig());
        client.Connect(CancellationToken.None);
        Assert.IsFalse(client is IPushClient { IsPushing: true });
        for (int i = 0; i < 3; i++)
        {
            client.Poll(CancellationToken.None);
            ((IPolledClient)client).ReleaseIdleConnection();
            Assert.AreEqual(0, hal.Sockets.OpenSockets);
            Assert.AreEqual(0, hal.Buffers.Rented);
        }

        client.Poll(CancellationToken.None);
        Assert.AreEqual(PrinterState.Idle, client.Status.State);

        // The Python PrusaLink closes every connection after its answer.
        int kept = system == "prusalink on a pi" ? 0 : 1;
        Assert.AreEqual(kept, hal.Sockets.OpenSockets, "it keeps the connection when nobody asks it to rest");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Connect_PushPrinter_NeedsOneSocket(bool isBambu)
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions
        {
            Moonraker = isBambu ? 0 : 1, Bambu = isBambu ? 1 : 0, BambuFirstNumber = ClassSerials.Of(this),
        });
        PrinterConfig config = fleet.Printers[0].ToConfig();
        if (isBambu)
        {
            // Its first connection: the certificate is read before the login.
            config.Tls = null;
        }

        using DesktopHal hal = OneSocket();
        using IPrinterClient client = new PrinterClientFactory(hal).Create(config);
        client.Connect(CancellationToken.None);
        client.Poll(CancellationToken.None);
        Assert.IsTrue(client is IPushClient { IsPushing: true });
        (client as IPolledClient)?.ReleaseIdleConnection();
        Assert.AreEqual(1, hal.Sockets.OpenSockets, "a link that pushes does not rest");
    }

    private static DesktopHal OneSocket() => new("unused", new DesktopHalOptions { MaxSockets = 1, Nvs = new MemoryNvs() });
}
