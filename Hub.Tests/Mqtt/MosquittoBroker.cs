using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Hub.Core.Hal;
using Hub.Tests.Hal;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Mqtt;

/// <summary>The real mosquitto with credentials, plain and with TLS, on loopback ports of its own; ended by its process id.</summary>
internal sealed class MosquittoBroker : IDisposable
{
    public const string Serial = "01P00MQTT0000001";
    public const string User = "bblp";
    public const string Password = "fake1234";

    private readonly TempFolder _folder = new TempFolder();
    private readonly string _caPem;
    private readonly Process _process;
    private readonly ReservedPort _plainPort = new();
    private readonly ReservedPort _tlsPort = new();

    private MosquittoBroker(string program, string passwordProgram, X509Certificate2 leaf, string caPem, string password)
    {
        Run(passwordProgram, "-b", "-c", PathOf("users"), User, password);
        _caPem = caPem;
        File.WriteAllText(PathOf("ca.pem"), caPem);
        File.WriteAllText(PathOf("cert.pem"), leaf.ExportCertificatePem());
        File.WriteAllText(PathOf("key.pem"), leaf.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(PathOf("mosquitto.conf"), $"""
            user root
            allow_anonymous false
            password_file {PathOf("users")}
            persistence false
            log_dest stderr
            listener {_plainPort.Port} 127.0.0.1
            listener {_tlsPort.Port} 127.0.0.1
            cafile {PathOf("ca.pem")}
            certfile {PathOf("cert.pem")}
            keyfile {PathOf("key.pem")}
            """);
        _process = Start(program, "-c", PathOf("mosquitto.conf"));
        AwaitPort(_plainPort.Port);
        AwaitPort(_tlsPort.Port);
    }

    public int TlsPort => _tlsPort.Port;

    public static MosquittoBroker Start()
    {
        TestCertificates ca = new();
        using X509Certificate2 leaf = ca.Leaf(Serial);
        return Start(leaf, ca.CaPem, Password);
    }

    /// <summary>One that shows this certificate and takes this password.</summary>
    public static MosquittoBroker Start(X509Certificate2 leaf, string caPem, string password)
    {
        string? program = Find("mosquitto");
        string? passwordProgram = Find("mosquitto_passwd");
        if (program == null || passwordProgram == null)
        {
            Assert.Inconclusive("mosquitto is not installed (Debian: apt-get install mosquitto): the MQTT client was not tried against it");
        }

        return new MosquittoBroker(program!, passwordProgram!, leaf, caPem, password);
    }

    public MqttOptions Plain(string clientId) => new MqttOptions
    {
        Host = "127.0.0.1",
        Port = _plainPort.Port,
        ClientId = clientId,
        User = User,
        Password = new Secret(Password),
    };

    public MqttOptions Tls(string clientId)
    {
        MqttOptions options = Plain(clientId);
        options.Port = _tlsPort.Port;
        options.Tls = new TlsOptions { ServerName = Serial, CaPem = _caPem };
        return options;
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
        _plainPort.Dispose();
        _tlsPort.Dispose();
        _folder.Dispose();
    }

    private static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/usr/local/sbin").Split(':').Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        Process process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return process;
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Start(program, arguments);
        Assert.IsTrue(process.WaitForExit(Patience.LimitMs), program + " does not end");
        Assert.AreEqual(0, process.ExitCode, program);
    }

    private void AwaitPort(int port)
    {
        Patience.Until(() => IsListening(port), "mosquitto to listen");
    }

    private bool IsListening(int port)
    {
        Assert.IsFalse(_process.HasExited, "mosquitto does not start: is its configuration refused or a port taken?");
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private string PathOf(string name) => Path.Combine(_folder.Path, name);
}
