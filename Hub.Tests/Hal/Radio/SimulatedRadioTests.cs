using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Hal.Desktop;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Hal.Radio;

/// <summary>The laptop's HAL with a simulated radio: connections depend on it.</summary>
[TestClass]
public sealed class SimulatedRadioTests : IDisposable
{
    private readonly TcpListener _server = new(IPAddress.Loopback, 0);

    public SimulatedRadioTests() => _server.Start();

    private int Port => ((IPEndPoint)_server.LocalEndpoint).Port;

    public void Dispose() => _server.Dispose();

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Sockets_ExistOnlyWhileTheNetworkIsJoined(bool isBoard)
    {
        using DesktopHal hal = Hal(isBoard);
        Assert.AreSame(hal.Simulated, hal.Radio);
        Assert.AreEqual(!isBoard, hal.Sockets is IHostInspector);
        HubErrors.Fails(ErrorCode.ConnectFailed, () => hal.Sockets.ConnectTcp("127.0.0.1", Port, 5000));
        HubErrors.Fails(ErrorCode.ConnectFailed, () => hal.Sockets.OpenUdp(0, null));

        hal.Radio.Wifi.Join("guest", new Secret(""), 20000);
        using IByteStream stream = hal.Sockets.ConnectTcp("127.0.0.1", Port, 5000);
        using Socket peer = _server.AcceptSocket();
        peer.Send([1, 2, 3]);
        byte[] buffer = new byte[8];
        Assert.AreEqual(3, stream.Read(buffer, 0, 8, Patience.LimitMs));
        Assert.AreEqual(1, hal.Sockets.OpenSockets);

        // Not disposed of: the connection may set it later.
        AutoResetEvent readable = new(false);
        ((IReadSignal)stream).SignalReadable(readable);
        hal.Radio.Wifi.Leave();
        Assert.IsTrue(readable.WaitOne(Patience.LimitMs), "the owner of the connection sleeps on");
        Assert.IsTrue(stream.WaitReadable(0));
        HubErrors.Fails(ErrorCode.ConnectionLost, () => stream.Read(buffer, 0, 8, 0));
        HubErrors.Fails(ErrorCode.ConnectionLost, () => stream.Write(buffer, 0, 8, 0));
        stream.Dispose();
        Assert.AreEqual(0, hal.Sockets.OpenSockets);
    }

    [TestMethod]
    public void Sockets_CaptiveNetwork_AnswerNothing()
    {
        using DesktopHal hal = Hal(isBoard: false);
        hal.Radio.Wifi.Join("cafe", new Secret(""), 20000);
        HubErrors.Fails(ErrorCode.Timeout, () => hal.Sockets.ConnectTcp("127.0.0.1", Port, 100));
        Assert.IsFalse(_server.Pending());
    }

    [TestMethod]
    public void Button_Pressed_IsReleasedByItself()
    {
        using DesktopHal hal = Hal(isBoard: false);
        Assert.IsFalse(hal.Button.IsPressed);
        hal.Simulated!.Button.Press();
        Assert.IsTrue(hal.Button.IsPressed);
        Patience.Until(() => !hal.Button.IsPressed, "the button's release");
    }

    [TestMethod]
    public void Hal_WithoutNetworks_HasTheLaptopsOwn()
    {
        using DesktopHal hal = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
        Assert.IsNull(hal.Simulated);
        Assert.IsFalse(hal.Radio.Ble.IsAvailable);
        hal.Sockets.ConnectTcp("127.0.0.1", Port, Patience.LimitMs).Dispose();
    }

    private static DesktopHal Hal(bool isBoard)
    {
        DesktopHalOptions options = isBoard ? DesktopHalOptions.OfBoard() : new DesktopHalOptions();
        options.Nvs = new MemoryNvs();
        options.Networks = SimulatedNetwork.Defaults();
        return new DesktopHal("unused", options);
    }
}
