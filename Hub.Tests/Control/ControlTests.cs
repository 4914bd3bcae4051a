using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Logging;
using Hub.Simulator.Cli;
using Hub.Simulator.Control;
using Hub.Simulator.Hosting;
using Hub.Simulator.Virtual;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Control;

/// <summary>Verbs through the control socket of a hub that runs; client and hub in this process, a real socket between them.</summary>
[TestClass]
public sealed class ControlTests
{
    private static readonly FleetOptions s_one = new() { OctoPrint = 1, Speed = 20 };

    private static VirtualHttpPrinter First(RunningHub hub) => (VirtualHttpPrinter)hub.Fleet.Printers[0];

    /// <summary>A verb that comes to the hub only after the hub's end would run by itself.</summary>
    private static void WaitForUpload(RunningHub hub) =>
        hub.WaitFor(() => hub.Out.Contains("octo-1 uploading big.gcode", StringComparison.Ordinal), "the upload in the hub");

    private static async Task WaitUntilIdleAsync(RunningHub hub)
    {
        string status = await hub.Done("status");
        StringAssert.Contains(status, "idle");
    }

    [TestMethod]
    public async Task Verbs_HubRuns_UseItsConnections()
    {
        await using RunningHub hub = await RunningHub.StartAsync(s_one);
        await WaitUntilIdleAsync(hub);
        string cube = hub.PathOf("cube.gcode");
        await File.WriteAllTextAsync(cube, string.Concat(Enumerable.Repeat("G1 X10 Y10 E1\n", 20_000)));

        Assert.IsTrue(JsonDocument.Parse(await hub.Done("status", "--json")).RootElement.GetProperty("printers")[0].GetProperty("connected").GetBoolean());
        string printed = await hub.Done("print", "octo-1", cube);
        StringAssert.Contains(printed, "octo-1: uploading cube.gcode");
        StringAssert.Contains(printed, "octo-1: starting cube.gcode");
        Assert.AreEqual("octo-1: paused" + Environment.NewLine, await hub.Done("pause", "octo-1"));
        (int exitCode, string output, string error) = await hub.Verb("resume", "no-such", "--json");

        Assert.AreEqual(ExitCodes.Failed, exitCode);
        StringAssert.StartsWith(error, "no printer 'no-such': there are octo-1");
        Assert.AreEqual("unknown_printer", JsonDocument.Parse(output).RootElement.GetProperty("error").GetProperty("code").GetString());
        Assert.AreEqual(1, hub.Log.Split("connected").Length - 1, hub.Log);
    }

    [TestMethod]
    public async Task Edits_HubRuns_CountAtOnceAndAreStored()
    {
        await using RunningHub hub = await RunningHub.StartAsync(s_one);
        await WaitUntilIdleAsync(hub);

        await hub.Done("printers", "disable", "octo-1");
        StringAssert.Contains(await hub.Done("status"), "disabled");
        await hub.Done("printers", "enable", "octo-1");
        StringAssert.Contains(await hub.Done("status"), "idle");
        await hub.Done("printers", "add", "--type", "octoprint", "--url", First(hub).Url, "--api-key", First(hub).ApiKey, "--id", "twin");
        StringAssert.StartsWith(await hub.Done("status"), "2 printers: 2 idle");
        await hub.Done("printers", "remove", "octo-1");
        (int exitCode, _, string error) = await hub.Verb("printers", "edit", "twin", "--url", "ftp://x");
        Assert.AreEqual(ExitCodes.WrongUsage, exitCode, error);
        hub.WaitFor(() => hub.Out.Contains("twin idle", StringComparison.Ordinal), "the new printer in the live view");

        await hub.StopAsync();
        Assert.IsFalse(File.Exists(ControlSocket.PathIn(hub.Folder)));
        string list = await hub.Done("printers", "list");
        StringAssert.Contains(list, "twin");
        Assert.IsFalse(list.Contains("octo-1", StringComparison.Ordinal), list);
    }

    [TestMethod]
    public async Task Edit_TypingMistake_IsToldToWhoMadeIt()
    {
        await using RunningHub hub = await RunningHub.StartAsync(s_one);
        string file = hub.PathOf("typo.json");
        await File.WriteAllTextAsync(file, """{"printers":[{"id":"octo-1","type":"octoprint","url":"http://127.0.0.1:9","enabeld":false}]}""");

        (int exitCode, _, string error) = await hub.Verb("printers", "import", file);

        Assert.AreEqual(ExitCodes.Done, exitCode, error);
        StringAssert.Contains(error, "enabeld");
    }

    [TestMethod]
    public async Task Print_CtrlC_CancelsTheUpload()
    {
        await using RunningHub hub = await RunningHub.StartAsync(s_one);
        await WaitUntilIdleAsync(hub);
        First(hub).Faults = new VirtualFaults { Silent = true, Path = "/api/files" };
        using CancellationTokenSource stop = new();
        Task<(int ExitCode, string Out, string Error)> print = hub.Verb(stop.Token, "print", "octo-1", hub.BigFile());
        WaitForUpload(hub);
        FairWatch watch = FairWatch.StartNew();
        await stop.CancelAsync();

        (int exitCode, string output, string error) = await print;

        Assert.AreEqual(ExitCodes.Failed, exitCode);
        StringAssert.Contains(error, "stopped during the upload: nothing was started");
        StringAssert.Contains(output, "uploading big.gcode");
        Assert.IsLessThan(6000, watch.ElapsedMilliseconds);
    }

    [TestMethod]
    [DataRow("was disabled", "disable", "octo-1")]
    [DataRow("was removed", "remove", "octo-1")]
    [DataRow("got another address or login", "edit", "octo-1", "--url", "http://127.0.0.1:9")]
    public async Task Print_PrinterChangesMeanwhile_IsCancelledAndSaysWhy(string reason, params string[] change)
    {
        await using RunningHub hub = await RunningHub.StartAsync(s_one);
        await WaitUntilIdleAsync(hub);
        First(hub).Faults = new VirtualFaults { Silent = true, Path = "/api/files" };
        Task<(int ExitCode, string Out, string Error)> print = hub.Verb("print", "octo-1", hub.BigFile());
        WaitForUpload(hub);

        await hub.Done("printers", "edit", "octo-1", "--name", "Another name");

        // The hub has dealt with the edit, and the printer's worker with something that came after it.
        await hub.Done("gcode", "octo-1", "M105");
        Assert.IsFalse(print.IsCompleted, "a name is no reason to stop");
        await hub.Done(["printers", .. change]);

        (int exitCode, _, string error) = await print;
        Assert.AreEqual(ExitCodes.Failed, exitCode);
        StringAssert.Contains(error, reason);
    }

    [TestMethod]
    public async Task Print_ClientGone_CancelsTheUpload()
    {
        await using RunningHub hub = await RunningHub.StartAsync(s_one);
        await WaitUntilIdleAsync(hub);
        First(hub).Faults = new VirtualFaults { Silent = true, Path = "/api/files" };

        // Before the hub waits for the request: it does so for a few seconds only.
        ControlRequest request = Request("print", "octo-1", hub.BigFile());
        using (ControlChannel client = new(hub.Connect()))
        {
            Begin(client, request);
            StringAssert.Contains(client.Read().Text, "uploading");
        }

        First(hub).Faults = VirtualFaults.None;
        string error = "";
        await Patience.UntilAsync(
            async () =>
            {
                (int exitCode, _, error) = await hub.Verb("print", "octo-1", hub.PathOf("big.gcode"), "--no-start");
                return exitCode == ExitCodes.Done;
            },
            "the next upload",
            () => error);
    }

    [TestMethod]
    public async Task Stop_VerbWaits_VerbEndsInTimeWithALine()
    {
        await using RunningHub hub = await RunningHub.StartAsync(s_one);
        await WaitUntilIdleAsync(hub);
        First(hub).Faults = new VirtualFaults { Silent = true, Path = "/api/files" };
        Task<(int ExitCode, string Out, string Error)> print = hub.Verb("print", "octo-1", hub.BigFile());
        WaitForUpload(hub);
        FairWatch watch = FairWatch.StartNew();

        Assert.AreEqual(ExitCodes.Done, await hub.StopAsync());

        Assert.IsLessThan(6000, watch.ElapsedMilliseconds);
        (int exitCode, _, string error) = await print;
        Assert.AreEqual(ExitCodes.Unreachable, exitCode);
        StringAssert.Contains(error, "the hub stopped before this was done");
    }

    [TestMethod]
    public async Task Estop_EveryPlaceTaken_GoesAtOnce()
    {
        await using RunningHub hub = await RunningHub.StartAsync(s_one);
        await WaitUntilIdleAsync(hub);
        List<ControlChannel> hanging = [];
        for (int i = 0; i < 40; i++)
        {
            // Adding a key from stdin waits for a client that never sends one.
            ControlChannel client = new(hub.Connect());
            hanging.Add(client);
            Begin(client, Request("printers", "import", "-"));
        }

        FairWatch watch = FairWatch.StartNew();
        string output = await hub.Done("estop", "octo-1");

        StringAssert.Contains(output, "emergency stop sent and taken");
        Assert.IsLessThan(3000, watch.ElapsedMilliseconds);
        hanging.ForEach(c => c.Dispose());
        await hub.Done("printers", "list");
    }

    /// <summary>The client sends the stop by itself by then; OctoPrint, which a stop disconnects, refuses a second one.</summary>
    [TestMethod]
    public async Task Estop_ClientGaveUpBeforeTheHubAccepted_IsNotRun()
    {
        await using RunningHub hub = await RunningHub.StartAsync(s_one);
        await WaitUntilIdleAsync(hub);
        using Socket socket = hub.Connect();
        using ControlChannel client = new(socket);
        client.SendOne(FrameKind.Request, Request("estop", "octo-1").ToJson());
        socket.Shutdown(SocketShutdown.Send);

        Assert.AreEqual(FrameKind.Accepted, client.Read().Kind);
        Assert.ThrowsExactly<EndOfStreamException>(() => client.Read());
        await hub.Done("estop", "octo-1");
    }

    [TestMethod]
    public async Task Estop_HubAcceptsTooLate_IsSentOnceByTheClient()
    {
        await using RunningHub hub = await RunningHub.StartAsync(s_one);
        await WaitUntilIdleAsync(hub);

        // A hub that is too busy to answer in time stands in front of the other, which holds the folder's lock.
        using Socket busy = ControlSocket.Listen(hub.Folder);
        Task<(int ExitCode, string Out, string Error)> estop = hub.Verb("estop", "octo-1");
        using ControlChannel late = new(await busy.AcceptAsync());
        (int exitCode, string output, string error) = await estop;

        Assert.AreEqual(ExitCodes.Done, exitCode, error);
        StringAssert.Contains(output, "emergency stop sent and taken");
        Assert.AreEqual(FrameKind.Request, late.Read().Kind);
        Assert.Throws<IOException>(
            () =>
            {
                late.SendOne(FrameKind.Accepted, "");
                late.Read();
            },
            "no client says go any more");
    }

    /// <summary>A hub of another version refuses every request.</summary>
    [TestMethod]
    public async Task Estop_HubRefusesTheRequest_IsSentByTheClient()
    {
        await using RunningHub hub = await RunningHub.StartAsync(s_one);
        await WaitUntilIdleAsync(hub);
        using Socket other = ControlSocket.Listen(hub.Folder);
        using CancellationTokenSource stop = new();
        Task refusing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                using ControlChannel client = new(await other.AcceptAsync(stop.Token));
                client.Read();
                client.SendOne(FrameKind.Refused, "this hub has another version");
            }
        });

        string output = await hub.Done("estop", "octo-1");

        StringAssert.Contains(output, "emergency stop sent and taken");
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => refusing);
    }

    [TestMethod]
    public async Task Verbs_FortyAtOnce_AllAreServed()
    {
        await using RunningHub hub = await RunningHub.StartAsync(s_one);
        await WaitUntilIdleAsync(hub);

        (int ExitCode, string Out, string Error)[] results = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => hub.Verb("status", "--json")));

        foreach ((int exitCode, string output, string error) in results)
        {
            Assert.AreEqual(ExitCodes.Done, exitCode, error);
            Assert.AreEqual(results[0].Out.Length > 0, JsonDocument.Parse(output).RootElement.GetProperty("printers").GetArrayLength() == 1);
        }
    }

    [TestMethod]
    public async Task Garbage_OnTheSocket_HarmsNobody()
    {
        await using RunningHub hub = await RunningHub.StartAsync(s_one);
        const int Seed = 7;
        Random random = new(Seed);
        byte[] valid = ControlFrames.Encode(FrameKind.Request, Request("printers", "list").ToJson());
        for (int round = 0; round < 60; round++)
        {
            byte[] bytes = new byte[random.Next(1, 400)];
            random.NextBytes(bytes);
            if (round % 3 == 0)
            {
                // A real request, and then what no client sends.
                bytes = [.. valid, .. bytes];
            }
            else if (round % 3 == 1)
            {
                bytes = [.. valid];
                bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
            }

            using Socket socket = hub.Connect();
            socket.Send(bytes);
        }

        using Socket silent = hub.Connect();
        StringAssert.Contains(await hub.Done("printers", "list"), "octo-1", $"seed {Seed}");
        Assert.IsFalse(hub.Log.Contains("error", StringComparison.Ordinal), hub.Log);
    }

    [TestMethod]
    public async Task Request_OtherVersionOrNotHosted_IsRefused()
    {
        await using RunningHub hub = await RunningHub.StartAsync(s_one);
        using ControlChannel newer = new(hub.Connect());
        newer.SendOne(FrameKind.Request, """{"version":99}""");
        (FrameKind kind, string text) = newer.Read();
        Assert.AreEqual(FrameKind.Refused, kind);
        StringAssert.Contains(text, "another version");

        using ControlChannel wrong = new(hub.Connect());
        Begin(wrong, Request("fleet"));
        Assert.AreEqual(FrameKind.Error, wrong.Read().Kind);
        Assert.AreEqual((FrameKind.Exit, ExitCodes.WrongUsage.ToString()), wrong.Read());
    }

    [TestMethod]
    public async Task LongPath_ReachesTheHub()
    {
        string parent = Directory.CreateTempSubdirectory("hub-control-test-").FullName;
        string folder = Path.Combine(parent, new string('d', 120), new string('e', 120));
        Directory.CreateDirectory(folder);
        try
        {
            await using RunningHub hub = await RunningHub.StartAsync(s_one, folder);
            await WaitUntilIdleAsync(hub);
            Assert.AreEqual(1, hub.Log.Split("connected").Length - 1, hub.Log);
        }
        finally
        {
            Directory.Delete(parent, recursive: true);
        }
    }

    [TestMethod]
    public void Folder_SocketLeftByAKilledHub_VerbsWorkAndTheNextHubReplacesIt()
    {
        string folder = Directory.CreateTempSubdirectory("hub-control-test-").FullName;
        try
        {
            using (Socket killed = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
            {
                killed.Bind(new UnixDomainSocketEndPoint(Path.Combine(folder, "s")));
                File.Move(Path.Combine(folder, "s"), ControlSocket.PathIn(folder));
            }

            Assert.IsTrue(File.Exists(ControlSocket.PathIn(folder)));
            Assert.IsNull(ControlSocket.TryConnect(folder));
            using Socket next = ControlSocket.Listen(folder);
            using Socket? client = ControlSocket.TryConnect(folder);
            Assert.IsNotNull(client);
            Assert.IsTrue(PeerUser.IsThisUser(client));
            Assert.AreEqual(Environment.ProcessId, PeerUser.ProcessId(client));
            if (!OperatingSystem.IsWindows())
            {
                Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(ControlSocket.PathIn(folder)));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task StatusFollow_Changes_EachIsALine(bool isJson)
    {
        await using RunningHub hub = await RunningHub.StartAsync(s_one);
        await WaitUntilIdleAsync(hub);
        using CancellationTokenSource stop = new();
        using SharedText output = new();
        using SharedText error = new();
        string[] args = ["status", "--follow", "--data", hub.Folder, .. isJson ? new[] { "--json" } : []];
        Task<int> follow = Task.Run(() => CliApp.RunAsync(args, new VerbConsole(output, error, TextReader.Null) { HubPatienceMs = Patience.LimitMs }, stop.Token));
        hub.WaitFor(() => output.ToString().Contains("idle", StringComparison.Ordinal), "the first state");

        First(hub).StartDemoJob();

        // On a busy machine the hub's next look may find the job beyond its preparation, or over.
        string[] ofJob = ["preparing", "printing", "finished"];
        hub.WaitFor(() => ofJob.Any(s => output.ToString().Contains(isJson ? "\"" + s + "\"" : " octo-1 " + s, StringComparison.Ordinal)), "the job");
        await hub.Done("printers", "remove", "octo-1");
        hub.WaitFor(() => output.ToString().Contains("removed", StringComparison.Ordinal), "the removal");
        await stop.CancelAsync();

        Assert.AreEqual(ExitCodes.Done, await follow, error.ToString());
        string[] lines = output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        if (!isJson)
        {
            StringAssert.EndsWith(lines[0], " octo-1 idle");
            StringAssert.EndsWith(lines[^1], " octo-1 removed");
            return;
        }

        long before = 0;
        foreach (string line in lines)
        {
            JsonElement change = JsonDocument.Parse(line).RootElement;
            Assert.AreEqual("octo-1", change.GetProperty("id").GetString());
            Assert.IsGreaterThanOrEqualTo(before, change.GetProperty("at_ms").GetInt64());
            before = change.GetProperty("at_ms").GetInt64();
        }

        Assert.AreEqual("online", JsonDocument.Parse(lines[0]).RootElement.GetProperty("link").GetString());
        Assert.IsTrue(JsonDocument.Parse(lines[^1]).RootElement.GetProperty("removed").GetBoolean());
    }

    [TestMethod]
    public async Task StatusFollow_HubStops_IsNoSuccess()
    {
        await using RunningHub hub = await RunningHub.StartAsync(s_one);
        using SharedText output = new();
        using SharedText error = new();
        Task<int> follow = Task.Run(() => CliApp.RunAsync(["status", "--follow", "--data", hub.Folder], new VerbConsole(output, error, TextReader.Null) { HubPatienceMs = Patience.LimitMs }, CancellationToken.None));

        // A verb that comes only after the hub's end would run by itself, without one.
        hub.WaitFor(() => output.ToString().Contains("idle", StringComparison.Ordinal), "the following verb");

        await hub.StopAsync();

        Assert.AreEqual(ExitCodes.Unreachable, await follow);
        StringAssert.Contains(error.ToString(), "the hub stopped");
    }

    [TestMethod]
    public async Task Verb_PrinterThatTheHubGaveUp_TriesItAgainAtOnce()
    {
        await using RunningHub hub = await RunningHub.StartAsync(s_one);
        First(hub).Faults = new VirtualFaults { RefuseKey = true };
        await hub.Done("printers", "edit", "octo-1", "--url", First(hub).Url + "/");
        hub.WaitFor(() => hub.Out.Contains("octo-1 offline", StringComparison.Ordinal), "the refusal");
        (int exitCode, _, string error) = await hub.Verb("gcode", "octo-1", "M105");
        Assert.AreEqual(ExitCodes.Refused, exitCode, error);

        First(hub).Faults = VirtualFaults.None;

        await hub.Done("gcode", "octo-1", "M105");
    }

    [TestMethod]
    public async Task StatusFollow_WithoutAHub_WorksByItself()
    {
        RunningHub hub = await RunningHub.StartAsync(s_one);
        await using (hub)
        {
            await hub.StopAsync();
            string lines = await hub.Done("status", "--follow", "--for", "2", "--json");
            StringAssert.Contains(lines, "\"state\":\"idle\"");
        }
    }

    /// <summary>Has the hub run a verb, as a client does.</summary>
    private static void Begin(ControlChannel client, ControlRequest request)
    {
        client.SendOne(FrameKind.Request, request.ToJson());
        Assert.AreEqual(FrameKind.Accepted, client.Read().Kind);
        client.SendOne(FrameKind.Go, "");
    }

    private static ControlRequest Request(params string[] args) => new()
    {
        Arguments = args,
        WorkingFolder = Path.GetTempPath(),
        Terminal = new VerbConsole(TextWriter.Null, TextWriter.Null, TextReader.Null).Traits,
    };
}
