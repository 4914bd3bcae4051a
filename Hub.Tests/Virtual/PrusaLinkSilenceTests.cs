using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Virtual;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Virtual;

/// <summary>An upload that goes silent, as that of a client that sends its body to a digest challenge and has none left.</summary>
[TestClass]
public sealed class PrusaLinkSilenceTests
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Stop => TestContext.CancellationToken;

    [TestMethod]
    public async Task Upload_SilentForTenSeconds_IsGivenUpByBuddy()
    {
        DrivenTime time = new();
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { PrusaLink = 1, Time = time });
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, fleet.Printers[0].Port, Stop);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            "PUT /api/v1/files/usb/a.gcode HTTP/1.1\r\nHost: x\r\nX-Api-Key: " + ((VirtualHttpPrinter)fleet.Printers[0]).ApiKey + "\r\nContent-Length: 10\r\n\r\n"), Stop);
        await time.UntilArmedAsync(Stop);
        time.Pass(TimeSpan.FromSeconds(9.9));
        Assert.AreEqual(1, time.Armed);
        time.Pass(TimeSpan.FromSeconds(0.2));
        using StreamReader answer = new(client.GetStream());
        StringAssert.StartsWith(await answer.ReadLineAsync(Stop), "HTTP/1.1 408 ");
    }
}
