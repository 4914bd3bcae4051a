using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Manager;

/// <summary>A worker whose printer's reports wake it: it sleeps until then.</summary>
[TestClass]
public sealed class SignalledWorkerTests : ManagerTestBase
{
    private readonly SignallingClient _client = new();

    public SignalledWorkerTests()
    {
        Factory.Setup(f => f.Create(Moq.It.IsAny<PrinterConfig>())).Returns(_client);
        _client.ReportTime = () => Clock.NowMs;
        _client.State = PrinterState.Printing;
        Manager.Register(Config());
        Patience.Until(() => Status().IsConnected, "the first report");
        Clock.Settle();
    }

    [TestMethod]
    public void Report_WhileTheWorkerSleeps_IsPublishedAtOnce()
    {
        int polls = _client.Polls;
        _client.State = PrinterState.Paused;
        _client.Arrive();
        Patience.Until(() => Status().State == PrinterState.Paused, "the report");
        Clock.Settle();
        Assert.AreEqual(polls + 1, _client.Polls, "one report, one poll");
    }

    [TestMethod]
    public void Silence_PollsOnceInTheTimeThatTheClientAskedFor()
    {
        int polls = _client.Polls;
        Clock.PassThrough(10 * SignallingClient.RestMs);
        Assert.AreEqual(polls + 10, _client.Polls);
    }

    [TestMethod]
    public void Command_WhileTheWorkerSleeps_IsSentAtOnce()
    {
        PrinterCommand light = new(PrinterVerb.Light, 60_000);
        Manager.Submit("octo-1", light);
        Patience.Ended(light);
        Assert.IsNull(light.Error);
    }

    [TestMethod]
    public void Wake_AfterTheLinkBroke_DoesNotEndTheBackoff()
    {
        _client.PollError = new HubException(ErrorCode.ConnectionLost, "cut");
        _client.ConnectError = new HubException(ErrorCode.ConnectFailed, "nobody listens");
        _client.Arrive();
        Patience.Until(() => _client.Count("disconnect") == 1, "the lost link");
        Clock.Settle();
        int tries = _client.Count("connect");
        _client.Arrive();
        Clock.Settle();
        Assert.AreEqual(tries, _client.Count("connect"), "the event of a closed connection asks for nothing");
    }

    /// <summary>A push client that sets the worker's event.</summary>
    private sealed class SignallingClient : ScriptedClient, IPushClient
    {
        public const int RestMs = 700;

        private AutoResetEvent? _wake;

        public bool IsPushing => true;

        public int StaleMs => Staleness.DefaultMs;

        public int SignalReport(AutoResetEvent wake)
        {
            _wake = wake;
            return RestMs;
        }

        public void Arrive() => _wake!.Set();
    }
}
