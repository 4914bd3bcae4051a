using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Ftp;
using Hub.Core.Hal;
using Hub.Hal.Desktop;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Bench;

/// <summary>A large upload over FTPS to a real vsftpd that requires session reuse: the hub's client against curl, and the hub's memory during it.</summary>
internal sealed class FtpsUploadBench : IDisposable
{
    private const int SizeMiB = 256;
    private const string ServerName = "01S00BENCH00000";
    private const string Password = "FAKECODE";
    private const string User = "daemon";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hub-bench-");
    private readonly DesktopHal _hal = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
    private readonly string? _program = FindProgram();
    private UploadFile? _file;
    private Process? _server;
    private int _port;

    private string Root => Path.Combine(_folder.FullName, "root");

    private string Uploads => Path.Combine(Root, "up");

    public IEnumerable<Benchmark> Create()
    {
        string? leftOut = _program == null ? "vsftpd is not installed (Debian: apt-get install vsftpd; or name it by HUB_TEST_VSFTPD)" : null;

        // Memory is measured first: later rounds would reuse what the first one allocated.
        yield return new Benchmark(
            "upload.ftps.memory",
            "MiB resident",
            BenchGoal.AtMost,
            16,
            MemoryGrowth,
            "the file itself",
            () => Measured.Reference(SizeMiB)) { Rounds = 1, WarmUps = 0, LeftOut = leftOut };
        yield return new Benchmark(
            "upload.ftps.speed",
            "MiB/s",
            BenchGoal.RatioToPeer,
            0.95,
            () => UploadWork.Speed(Prepare(), Uploads, () => Upload(_file!.Path)),
            "curl -T",
            () => UploadWork.Speed(Prepare(), Uploads, UploadWithCurl)) { WarmUps = 1, LeftOut = leftOut };
    }

    public void Dispose()
    {
        if (_server != null)
        {
            _server.Kill(entireProcessTree: true);
            _server.WaitForExit();
            _server.Dispose();
        }

        _hal.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string? FindProgram()
    {
        string? named = Environment.GetEnvironmentVariable("HUB_TEST_VSFTPD");
        return new[] { named, "/usr/sbin/vsftpd", "/usr/local/sbin/vsftpd" }.FirstOrDefault(File.Exists);
    }

    private Measured MemoryGrowth()
    {
        UploadFile file = Prepare();

        // The TLS library and compiled code belong to the process, not to the transfer.
        UploadFile small = new(Path.Combine(_folder.FullName, "small.gcode"), 1);
        Upload(small.Path);
        small.TakeStored(Uploads, 0);
        return UploadWork.MemoryGrowth(file, Uploads, () => Upload(file.Path));
    }

    /// <summary>Seconds that the hub's own client needs, including login and QUIT.</summary>
    private double Upload(string file)
    {
        TlsOptions tls = new() { ServerName = ServerName, Insecure = true };
        using FtpsClient client = new(_hal, new FtpsOptions("127.0.0.1", _port, VsftpdConfig.LoginName, new Secret(Password), tls));
        using FileUploadSource source = FileUploadSource.Open(file, CancellationToken.None);
        long start = Stopwatch.GetTimestamp();
        client.Upload("up/bench.gcode", source, null, CancellationToken.None);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private double UploadWithCurl() => UploadWork.CurlSeconds(
    [
        "--insecure", "--ssl-reqd", "--user", VsftpdConfig.LoginName + ":" + Password,
        "--upload-file", _file!.Path, "ftps://127.0.0.1:" + _port + "/up/bench.gcode",
    ]);

    private UploadFile Prepare()
    {
        if (_file != null)
        {
            return _file;
        }

        Directory.CreateDirectory(Uploads);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.FullName, (UnixFileMode)Convert.ToInt32("755", 8));
            File.SetUnixFileMode(Uploads, (UnixFileMode)Convert.ToInt32("777", 8));
        }

        using (ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        {
            CertificateRequest request = new("CN=" + ServerName, key, HashAlgorithmName.SHA256);
            using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            File.WriteAllText(Path.Combine(_folder.FullName, "cert.pem"), certificate.ExportCertificatePem());
            File.WriteAllText(Path.Combine(_folder.FullName, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        }

        using (TcpListener listener = new(IPAddress.Loopback, 0))
        {
            listener.Start();
            _port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        VsftpdConfig config = new()
        {
            Folder = _folder.FullName,
            Root = Root,
            Port = _port,
            Password = Password,
            CertificateFile = Path.Combine(_folder.FullName, "cert.pem"),
            KeyFile = Path.Combine(_folder.FullName, "key.pem"),
            User = User,
            IsRoot = Environment.UserName == "root",
        };
        _server = Process.Start(_program!, config.Write());
        AwaitListening();
        return _file = new UploadFile(Path.Combine(_folder.FullName, "bench.gcode"), SizeMiB);
    }

    private void AwaitListening()
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                _hal.Sockets.ConnectTcp("127.0.0.1", _port, 1000).Dispose();
                return;
            }
            catch (HubException) when (!_server!.HasExited && watch.Elapsed.TotalSeconds < 20)
            {
                Thread.Sleep(20);
            }
        }
    }
}
