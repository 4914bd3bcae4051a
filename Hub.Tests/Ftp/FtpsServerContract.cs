using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Ftp;
using Hub.Core.Hal;
using Hub.Hal.Desktop;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using static Hub.Tests.Support.HubErrors;

namespace Hub.Tests.Ftp;

/// <summary>What the FTPS client does with every real server.</summary>
public abstract class FtpsServerContract
{
    private const int MiB = 1024 * 1024;
    private const string Name = "model.gcode.3mf";
    private const string TargetPath = "up/" + Name;

    private readonly DesktopHal _hal = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });

    public TestContext TestContext { get; set; } = null!;

    /// <summary>How the server answers to a folder that is not there.</summary>
    private protected abstract ErrorCode MissingFolder { get; }

    private CancellationToken Cancel => TestContext.CancellationToken;

    [TestCleanup]
    public void NothingIsLeftOpen()
    {
        Assert.AreEqual(0, _hal.Buffers.Rented, "buffers are not given back");
        Patience.Until(() => _hal.Sockets.OpenSockets == 0, "the sockets' end", () => _hal.Sockets.OpenSockets + " sockets are left open");
        _hal.Dispose();
    }

    [TestMethod]
    [DataRow(true, 0)]
    [DataRow(true, 1)]
    [DataRow(true, 100_000)]
    [DataRow(true, 60 * MiB)]
    [DataRow(false, 100_000)]
    [DataRow(false, 60 * MiB)]
    public void Upload_File_IsStoredByteForByte(bool requiresSessionReuse, int length)
    {
        using FtpServer server = Start(new FtpServerOptions { RequiresSessionReuse = requiresSessionReuse });
        using FtpsClient client = new(_hal, server.Options());
        AssertUploads(client, server, length);
        Assert.IsFalse(client.IsOpen, "the control connection is left open");
        Assert.IsTrue(client.Peer!.IsVerified);
    }

    [TestMethod]
    public void Upload_ManyTimes_ResumesEveryTime()
    {
        using FtpServer server = Start(new FtpServerOptions());
        using FtpsClient client = new(_hal, server.Options());
        for (int i = 1; i <= 10; i++)
        {
            AssertUploads(client, server, i * 1000);
        }
    }

    [TestMethod]
    public void Upload_OtherConnectionsToTheSameName_DoNotTakeItsSession()
    {
        using FtpServer server = Start(new FtpServerOptions());
        using FtpsClient client = new(_hal, server.Options());
        client.Connect(Cancel);

        // As MQTT does: the same name, another connection.
        _hal.Sockets.ConnectTls("127.0.0.1", server.Port, server.Tls(), 5000).Dispose();
        AssertUploads(client, server, 1000);
    }

    [TestMethod]
    public void Upload_TwoServersAtOnce_BothAreStored()
    {
        using FtpServer first = Start(new FtpServerOptions());
        using FtpServer second = Start(new FtpServerOptions());
        using FtpsClient firstClient = new(_hal, first.Options());
        using FtpsClient secondClient = new(_hal, second.Options());
        Task other = Task.Run(() => AssertUploads(firstClient, first, 20 * MiB), Cancel);
        AssertUploads(secondClient, second, 20 * MiB);
        other.GetAwaiter().GetResult();
    }

    [TestMethod]
    public void Upload_TwoFilesToOneServerAtOnce_BothAreStored()
    {
        using FtpServer server = Start(new FtpServerOptions());
        TlsOptions tls = server.Tls();
        tls.ServerName += "B";
        using FtpsClient first = new(_hal, server.Options());
        using FtpsClient second = new(_hal, new FtpsOptions("127.0.0.1", server.Port, server.LoginName, new Secret(FtpServer.Password), tls));
        RandomSource source = new(20 * MiB);
        Task other = Task.Run(() => second.Upload("up/other.gcode", source, null, Cancel), Cancel);
        AssertUploads(first, server, 20 * MiB);
        other.GetAwaiter().GetResult();
        Assert.IsTrue(source.IsEqualTo(File.ReadAllBytes(server.Stored("other.gcode"))));
    }

    [TestMethod]
    public void Upload_FullHandshakeOnPurpose_IsRefusedAndLeavesNothing()
    {
        using FtpServer server = Start(new FtpServerOptions());
        FtpsOptions options = server.Options();
        options.DataTls = server.Tls();
        using FtpsClient client = new(_hal, options);
        HubException error = Fails(ErrorCode.TlsSessionRequired, () => client.Upload(TargetPath, new RandomSource(MiB), null, Cancel));
        StringAssert.Contains(error.Message, "laptop");
        Assert.IsFalse(File.Exists(server.Stored(Name)), "a part of the file is left");
        Assert.IsFalse(client.IsOpen);
    }

    [TestMethod]
    public void Upload_FullHandshakeWhereItIsAllowed_IsStored()
    {
        using FtpServer server = Start(new FtpServerOptions { RequiresSessionReuse = false });
        FtpsOptions options = server.Options();
        options.DataTls = server.Tls();
        using FtpsClient client = new(_hal, options);
        AssertUploads(client, server, MiB);
    }

    [TestMethod]
    public void Connect_WrongPassword_IsRejected()
    {
        using FtpServer server = Start(new FtpServerOptions());
        using FtpsClient client = new(_hal, server.Options("WRONGCODE"));
        HubException error = Fails(ErrorCode.AuthRejected, () => client.Connect(Cancel));
        StringAssert.Contains(error.Message, "530");
        Assert.IsFalse(error.Message.Contains("WRONGCODE", StringComparison.Ordinal));
        Assert.IsFalse(client.IsOpen);
    }

    [TestMethod]
    public void Connect_WrongPin_IsUntrusted()
    {
        using FtpServer server = Start(new FtpServerOptions());
        TlsOptions tls = new() { ServerName = server.Serial, PinSha256 = new string('0', 64) };
        using FtpsClient client = new(_hal, new FtpsOptions("127.0.0.1", server.Port, server.LoginName, new Secret(FtpServer.Password), tls));
        Fails(ErrorCode.TlsUntrusted, () => client.Connect(Cancel));
    }

    [TestMethod]
    public void Upload_MissingFolder_IsRefused()
    {
        using FtpServer server = Start(new FtpServerOptions());
        using FtpsClient client = new(_hal, server.Options());
        Fails(MissingFolder, () => client.Upload("nowhere/a.gcode", new RandomSource(1000), null, Cancel));
    }

    [TestMethod]
    public void Upload_ReadOnlyFile_IsRefusedAndStaysAsItWas()
    {
        using FtpServer server = Start(new FtpServerOptions());
        using FtpsClient client = new(_hal, server.Options());
        string stored = server.Stored(Name);
        File.WriteAllText(stored, "precious");
        FtpServer.Protect(stored);
        Fails(ErrorCode.Refused, () => client.Upload(TargetPath, new RandomSource(1000), null, Cancel));
        Assert.AreEqual("precious", File.ReadAllText(stored));
    }

    [TestMethod]
    public void Upload_FullCard_SaysSoAndLeavesNothing()
    {
        using FtpServer server = Start(new FtpServerOptions { CardKiB = 256 });
        using FtpsClient client = new(_hal, server.Options());
        Fails(ErrorCode.StorageFull, () => client.Upload(TargetPath, new RandomSource(20 * MiB), null, Cancel));
        Assert.IsFalse(File.Exists(server.Stored(Name)), "a part of the file is left");
    }

    [TestMethod]
    public void Upload_CancelledHalfway_ReturnsSoonAndLeavesNothing()
    {
        using FtpServer server = Start(new FtpServerOptions());
        using FtpsClient client = new(_hal, server.Options());
        using CancellationTokenSource cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        FairWatch? watch = null;
        RandomSource source = new(60 * MiB)
        {
            Halfway = () =>
            {
                watch = FairWatch.StartNew();
                cancelled.Cancel();
            },
        };
        Fails(ErrorCode.Cancelled, () => client.Upload(TargetPath, source, null, cancelled.Token));
        Assert.IsLessThan(1000, watch!.ElapsedMilliseconds);
        Assert.IsFalse(File.Exists(server.Stored(Name)), "a part of the file is left");
    }

    [TestMethod]
    public void Upload_SourceChanges_LeavesNothing()
    {
        using FtpServer server = Start(new FtpServerOptions());
        using FtpsClient client = new(_hal, server.Options());
        Hub.Tests.Portable.PatternSource shorter = new(MiB, MiB - 1, 4096);
        Fails(ErrorCode.SourceChanged, () => client.Upload(TargetPath, shorter, null, Cancel));
        Assert.IsFalse(File.Exists(server.Stored(Name)), "a part of the file is left");
    }

    [TestMethod]
    public void Upload_ServerKilledHalfway_IsLostAndSaysWhatIsLeft()
    {
        using FtpServer server = Start(new FtpServerOptions());
        using FtpsClient client = new(_hal, server.Options());
        RandomSource source = new(60 * MiB) { Halfway = server.Kill };
        HubException error = Fails(ErrorCode.ConnectionLost, () => client.Upload(TargetPath, source, null, Cancel));
        StringAssert.Contains(error.Message, "may be left");
    }

    [TestMethod]
    public void Upload_ClearDataAllowedAndNoSessionToReuse_IsStoredInClear()
    {
        using FtpServer server = Start(new FtpServerOptions { TakesClearData = true });
        FtpsOptions options = server.Options();
        options.AllowClearData = true;
        using FtpsClient client = new(new NoReuseHal(_hal), options);
        AssertUploads(client, server, MiB);
    }

    [TestMethod]
    public void Upload_ClearDataWhereItIsForbidden_IsRefused()
    {
        using FtpServer server = Start(new FtpServerOptions());
        FtpsOptions options = server.Options();
        options.AllowClearData = true;
        using FtpsClient client = new(new NoReuseHal(_hal), options);
        Fails(ErrorCode.Refused, () => client.Upload(TargetPath, new RandomSource(MiB), null, Cancel));
        Assert.IsFalse(File.Exists(server.Stored(Name)), "a part of the file is left");
    }

    [TestMethod]
    public void Upload_MachineWithoutReuse_FailsBeforeItDials()
    {
        using FtpServer server = Start(new FtpServerOptions());
        using FtpsClient client = new(new NoReuseHal(_hal), server.Options());
        Fails(ErrorCode.TlsSessionRequired, () => client.Upload(TargetPath, new RandomSource(1), null, Cancel));
        Assert.IsNull(client.Peer);
    }

    [TestMethod]
    public void SizeAndDelete_StoredFile_AreAnswered()
    {
        using FtpServer server = Start(new FtpServerOptions());
        using FtpsClient client = new(_hal, server.Options());
        AssertUploads(client, server, 12345);
        Assert.AreEqual(12345, client.Size(TargetPath, Cancel));
        client.Delete(TargetPath, Cancel);
        Assert.IsFalse(File.Exists(server.Stored(Name)));
        Fails(ErrorCode.NotFound, () => client.Size(TargetPath, Cancel));
        Fails(ErrorCode.NotFound, () => client.Delete(TargetPath, Cancel));
        Assert.IsTrue(client.IsOpen, "a refusal does not close");
        client.Close();
        Assert.IsFalse(client.IsOpen);
    }

    private protected abstract FtpServer Start(FtpServerOptions options);

    private void AssertUploads(FtpsClient client, FtpServer server, int length)
    {
        RandomSource source = new(length);
        LastProgress progress = new();
        client.Upload(TargetPath, source, progress, Cancel);
        Assert.IsTrue(source.IsEqualTo(File.ReadAllBytes(server.Stored(Name))), "other bytes were stored");
        Assert.AreEqual(length, progress.Sent);
    }
}
