using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using Hub.Core.Ftp;
using Hub.Core.Hal;
using Hub.Tests.Hal;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Ftp;

/// <summary>
/// A real FTP server for one test: on loopback, with throw-away configuration, folder and certificate. What clients may
/// write to is the folder <c>up</c>.
/// </summary>
internal abstract class FtpServer : IDisposable
{
    public const string Password = "FAKECODE";

    /// <summary>A system user that every Debian has, for servers started by root: they would check no rights for root itself.</summary>
    protected const string User = "daemon";
    protected const int UserId = 1;

    /// <summary>What Bambu printers call their one user.</summary>
    protected const string PrinterUser = "bblp";

    /// <summary><see cref="Password"/> as crypt(3) keeps it.</summary>
    protected const string PasswordHash = "$6$hubtest$rXk7dCopjuu17OG.I/FuOu0XzXRrCbNZklwtxi359z8pdyoKzEfdM/GND6E60XhfmhbT3WZPt5qELLeWfWhs81";

    private static int s_count;

    private readonly StringBuilder _output = new();
    private readonly string _program;
    private readonly ReservedPort _port = new();
    private Process? _process;

    /// <summary>Prepares the folder; nothing is made when the program is missing.</summary>
    protected FtpServer(string program, FtpServerOptions options)
    {
        _program = program;
        Allow(Folder, 7, 5, 5);
        Directory.CreateDirectory(UploadFolder);
        Allow(UploadFolder, 7, 7, 7);
        if (options.IsPrinter)
        {
            Allow(Root, 7, 7, 7);
        }

        X509Certificate2 certificate = options.Certificate ?? TestCertificates.SelfSigned(Serial);
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        Allow(KeyFile, 6, 0, 0);
        Pin = TestCertificates.PinOf(certificate);
    }

    /// <summary>What the client must call itself.</summary>
    public abstract string LoginName { get; }

    public int Port => _port.Port;

    public string Pin { get; }

    /// <summary>Another one for each server: .NET keeps one session per name.</summary>
    public string Serial { get; } = "01S00FAKE" + Interlocked.Increment(ref s_count).ToString("D6");

    public string UploadFolder => Path.Combine(Root, "up");

    protected static bool IsRoot => Environment.UserName == "root";

    /// <summary>The folder that clients see as "/".</summary>
    protected string Root => Directory.CreateDirectory(Path.Combine(Folder, "root")).FullName;

    protected string Folder { get; } = Directory.CreateTempSubdirectory("hub-ftp-").FullName;

    protected string CertificateFile => Path.Combine(Folder, "cert.pem");

    protected string KeyFile => Path.Combine(Folder, "key.pem");

    /// <summary>
    /// A client's options: the certificate pinned, a server name of one's own so that sessions resume. A full handshake beside busy
    /// processes takes seconds; a client that gives it up makes the server say 426 or nothing.
    /// </summary>
    public FtpsOptions Options(string password = Password) =>
        new("127.0.0.1", Port, LoginName, new Secret(password), Tls()) { ConnectTimeoutMs = Patience.LimitMs, ReplyTimeoutMs = Patience.LimitMs };

    /// <summary>TLS 1.2 as with printers: under 1.3 these servers lose the end of an upload.</summary>
    public TlsOptions Tls() => new() { ServerName = Serial, PinSha256 = Pin, Tls12Only = true };

    /// <summary>Where a stored file is, as the server sees it.</summary>
    public string Stored(string name) => "/proc/" + _process!.Id + "/root" + Path.Combine(UploadFolder, name);

    /// <summary>Where a file in the root folder is, as the server sees it.</summary>
    public string StoredInRoot(string name) => "/proc/" + _process!.Id + "/root" + Path.Combine(Root, name);

    /// <summary>Makes a file one that the server's user may not write.</summary>
    public static void Protect(string path) => Allow(path, 4, 4, 4);

    /// <summary>Ends the server and all that serve its clients, at once.</summary>
    public void Kill()
    {
        _process!.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (_process != null)
        {
            if (!_process.HasExited)
            {
                Kill();
            }

            _process.Dispose();
        }

        _port.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>The path of a program that the variable names or that is installed; Inconclusive without.</summary>
    protected static string Find(string variable, string name)
    {
        string? path = Environment.GetEnvironmentVariable(variable);
        if (!string.IsNullOrEmpty(path))
        {
            Assert.IsTrue(File.Exists(path), variable + " names " + path + ", which does not exist");
            return path;
        }

        path = new[] { "/usr/sbin/", "/usr/local/sbin/", "/usr/bin/" }.Select(folder => folder + name).FirstOrDefault(File.Exists);
        if (path == null)
        {
            Assert.Inconclusive(name + " is not installed: install it (Debian: apt-get install " + name + ") or name it by " + variable);
        }

        return path!;
    }

    /// <summary>Starts the server. A card is mounted where only the server sees it, so nothing is left mounted.</summary>
    protected void Start(int? cardKiB, params string[] arguments) =>
        Start(cardKiB == null ? null : "mount -t tmpfs -o size=" + cardKiB + "k,mode=777 none '" + UploadFolder + "'", arguments);

    /// <summary>Starts the server after a shell command that mounts what only the server sees; null for none.</summary>
    protected void Start(string? mount, params string[] arguments)
    {
        ProcessStartInfo start = new(mount == null ? "env" : "unshare") { RedirectStandardError = true, RedirectStandardOutput = true };
        if (mount != null)
        {
            Array.ForEach(["--mount", "/bin/sh", "-c", mount + " && exec \"$0\" \"$@\""], start.ArgumentList.Add);
        }

        start.ArgumentList.Add(_program);
        Array.ForEach(arguments, start.ArgumentList.Add);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        AwaitListening();
    }

    protected static void Allow(string path, int owner, int group, int others)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)((owner << 6) | (group << 3) | others));
        }
    }

    /// <summary>Looks at the system's table: a probe would be a client, and servers count those.</summary>
    private void AwaitListening()
    {
        string wanted = ":" + Port.ToString("X4") + " 00000000:0000 0A";
        Patience.Until(
            () => _process!.HasExited || File.ReadAllText("/proc/net/tcp").Contains(wanted, StringComparison.Ordinal), "the FTP server's start", Output);
        Assert.IsFalse(_process!.HasExited, "the FTP server did not start: " + Output());
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }

    private string Output()
    {
        lock (_output)
        {
            return _output.ToString();
        }
    }
}
