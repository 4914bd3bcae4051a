using System;
using System.Text;
using System.Threading;
using Hub.Core;
using Hub.Core.Jobs;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Requests;
using Hub.Core.Streams;
using Hub.Core.Tunnel;
using Hub.Core.WebSockets;
using Hub.Hal.Esp32S3;
using Hub.Tests.Portable;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Nano;

/// <summary>What the cloud's messages cost the board: figures for docs/board.md, and bounds for the memory of those that come and go all the time.</summary>
[TestClass]
public class CloudCostTests : IRequestListener, ILogSink
{
    private const int Rounds = 500;
    private const int LeftBytes = 60000;

    private readonly TunnelMessages _messages = new TunnelMessages();
    private readonly CloudMessageReader _reader = new CloudMessageReader();
    private readonly PrinterSnapshot _snapshot = new PrinterSnapshot(new PrinterConfig { Id = "octo-1", Type = PrinterTypes.OctoPrint }, LinkState.Online);
    private readonly StreamSource _file;
    private readonly WebSocketCodec _socket = new WebSocketCodec("cloud", 64 * 1024);
    private readonly byte[] _frame;
    private readonly byte[] _taken = new byte[FileFrame.MaxPayloadBytes];
    private readonly byte[] _command = Encoding.UTF8.GetBytes(
        "{\"type\":\"printer_command\",\"command_id\":\"0f8fad5b-d9cb-469f-a165-70867728950e\",\"printer_id\":\"octo-1\",\"action\":\"pause\"}");

    private readonly byte[] _request = Encoding.UTF8.GetBytes("{\"type\":\"request\",\"request_id\":\"r-17\",\"method\":\"log.tail\",\"params\":{\"limit\":1}}");
    private readonly FarmHub _hub;
    private int _answers;

    public CloudCostTests()
    {
        byte[] message = new byte[FileFrame.HeaderBytes + FileFrame.MaxPayloadBytes];
        message[0] = 1;
        message[4] = 7;
        _frame = WebSocketBytes.Frame(0x82, message);
        Esp32Hal hal = new Esp32Hal(new Esp32Pins());
        _hub = new FarmHub(hal, this, LogLevel.Info);
        _file = new StreamSource(hal.Clock, hal.Buffers, long.MaxValue, new AutoResetEvent(false));

        PrinterStatus status = _snapshot.Status;
        status.State = PrinterState.Printing;
        status.IsConnected = true;
        status.Job = "benchy.gcode";
        status.ProgressPercentage = 42.5;
        status.RemainingTimeSeconds = 1234;
        status.CurrentLayer = 12;
        status.TotalLayers = 240;
        status.Nozzle = 214.8;
        status.NozzleTarget = 215;
        status.Bed = 60.1;
        status.BedTarget = 60;
    }

    /// <inheritdoc/>
    public void Answered(HubRequest request)
    {
        _messages.Response(request.Id, request.Result, request.Error);
        _answers += request.Error == null ? 1 : 0;
    }

    /// <inheritdoc/>
    public void Write(long timeMs, LogLevel level, string area, string message)
    {
        // Nobody reads it.
    }

    [TestMethod]
    public void Status_OneMessage()
    {
        Measure("a status for the cloud", 1200, WriteStatus);
        Measure("the same with all details", 2500, WriteDetails);
        Console.WriteLine("size: a status with all details: " + _messages.Length.ToString() + " bytes");
    }

    [TestMethod]
    public void Command_OneMessage() => Measure("a command of the cloud read", 3500, ReadCommand);

    [TestMethod]
    public void Request_OneMessageAndItsAnswer()
    {
        Measure("a request of the cloud read and answered", 12000, AnswerRequest);
        Assert.IsTrue(_answers > Rounds);
    }

    [TestMethod]
    public void Health_OneMessage()
    {
        // Its memory cannot be measured so: asking for the free memory makes the CLR collect.
        Cost.Time("the hub's health for the cloud", Rounds, WriteHealth);
        Console.WriteLine("size: the hub's health: " + _messages.Length.ToString() + " bytes");
    }

    [TestMethod]
    public void File_OneFrame_AllocatesNothing()
    {
        Assert.AreEqual(SourceRead.NothingYet, _file.Read(_taken, 0, _taken.Length, 0));
        Cost.Time("a frame of a file from the socket's bytes to the upload, 16 KiB", Rounds, PassFrame);
        int rounds = Cost.RoundsToCollection(LeftBytes, Rounds, PassFrame);
        Assert.AreEqual(Rounds, rounds, "frames used up a heap with " + LeftBytes.ToString() + " bytes left in so many rounds");
        _file.Dispose();
    }

    /// <param name="what">For the figures.</param>
    /// <param name="mostBytes">What it may allocate on a CLR of 64 bits; the board's heap blocks are half as large.</param>
    /// <param name="work">One message.</param>
    private static void Measure(string what, int mostBytes, Work work)
    {
        Cost.Time(what, Rounds, work);
        int rounds = Cost.RoundsToCollection(LeftBytes, Rounds, work);
        Console.WriteLine("memory: " + what + ": " + (rounds == Rounds ? "less than " : "") + (LeftBytes / rounds).ToString() + " bytes");
        Assert.IsTrue(LeftBytes / rounds <= mostBytes, what + " allocates more than " + mostBytes.ToString() + " bytes");
    }

    private void PassFrame()
    {
        // An assertion would allocate its texts.
        _file.TakeCredit();
        if (_socket.Next(_frame, 0, _frame.Length) != WebSocketEvent.Message || FileFrame.StreamIdOf(_socket.Message, 0, _socket.MessageLength) != 7
            || _file.Put(_socket.Message, FileFrame.HeaderBytes, _socket.MessageLength - FileFrame.HeaderBytes) != null
            || _file.Read(_taken, 0, _taken.Length, 0) != _taken.Length)
        {
            throw new InvalidOperationException("the frame did not pass");
        }
    }

    private void AnswerRequest()
    {
        CloudMessage message = _reader.Read(_request, 0, _request.Length);
        _hub.Requests.Submit(new HubRequest(message.RequestId!, message.Method!, message.Params, this));
    }

    private void WriteHealth() => _messages.Health(_hub.Health);

    private void WriteStatus() => _messages.Status(_snapshot, false);

    private void WriteDetails() => _messages.Status(_snapshot, true);

    private void ReadCommand() => _reader.Read(_command, 0, _command.Length);
}
