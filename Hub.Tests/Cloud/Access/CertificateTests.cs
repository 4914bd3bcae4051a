using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Access;
using Hub.Tests.Hal;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cloud.Access;

/// <summary>The certificates of a cloud beyond loopback.</summary>
[TestClass]
public sealed class CertificateTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-cloud-test-").FullName;
    private readonly SteppedTime _clock = new(DateTimeOffset.UtcNow);
    private readonly List<string> _log = [];
    private string[] _names = ["127.0.0.1", "farm.example"];

    [TestCleanup]
    public void End() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public async Task Hub_ThatHasTheAuthority_TrustsTheServerUnderEachOfItsNames()
    {
        using OwnCertificate own = Open();
        await using AccessBed bed = await AccessBed.StartAsync(new AccessOptions { IsLoopback = true, Names = ["farm.example"] }, own);
        Assert.AreEqual("https", bed.Address.Scheme);
        Assert.AreEqual(HttpStatusCode.OK, await GetAsync(bed.Address, own.CaPem, "127.0.0.1"));
        Assert.AreEqual(HttpStatusCode.OK, await GetAsync(bed.Address, own.CaPem, "farm.example"));
        await Assert.ThrowsExactlyAsync<HttpRequestException>(() => GetAsync(bed.Address, own.CaPem, "other.example"));
        await Assert.ThrowsExactlyAsync<HttpRequestException>(() => GetAsync(bed.Address, new TestCertificates().CaPem, "127.0.0.1"));
    }

    [TestMethod]
    public void Authority_IsMadeOnce_AndItsKeysAreTheOwnersAlone()
    {
        string ca;
        string server;
        using (OwnCertificate own = Open())
        {
            ca = own.CaPem;
            server = Pin(own);
        }

        using OwnCertificate again = Open();
        Assert.AreEqual(ca, again.CaPem);
        Assert.AreEqual(server, Pin(again));
        using X509Certificate2 certificate = X509Certificate2.CreateFromPem(ca);
        Assert.AreEqual("1.2.840.10045.3.1.7", certificate.GetECDsaPublicKey()!.ExportParameters(false).Curve.Oid.Value);
        Assert.AreEqual(10, certificate.NotAfter.Year - _clock.GetUtcNow().Year);
        Assert.IsFalse(certificate.HasPrivateKey);
        foreach (string file in Directory.GetFiles(_folder))
        {
            Assert.DoesNotContain(".new", file);
            if (!OperatingSystem.IsWindows())
            {
                Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file), file);
            }
        }
    }

    [TestMethod]
    public void Server_IsRenewedAMonthBeforeItsEnd_WhileItRuns()
    {
        using OwnCertificate own = Open();
        string first = Pin(own);
        Assert.AreEqual(90, (own.Current.TargetCertificate.NotAfter.ToUniversalTime() - _clock.GetUtcNow().UtcDateTime).TotalDays, 0.1);
        _clock.Pass(TimeSpan.FromDays(59));
        Assert.AreEqual(first, Pin(own));
        _clock.Pass(TimeSpan.FromDays(1.1));
        Assert.AreNotEqual(first, Pin(own));
        string ca = own.CaPem;
        using OwnCertificate again = Open();
        Assert.AreEqual(ca, again.CaPem);
        Assert.AreEqual(Pin(own), Pin(again));
    }

    [TestMethod]
    public void Server_GetsTheNamesThatTheMachineGetsWhileItRuns()
    {
        using OwnCertificate own = Open();
        string first = Pin(own);
        _names = [.. _names, "192.168.1.77"];
        Assert.AreEqual(first, Pin(own), "not asked at each connection");
        _clock.Pass(TimeSpan.FromMinutes(1));
        Assert.AreNotEqual(first, Pin(own));
        Assert.Contains("192.168.1.77", AlternativesOf(own.Current.TargetCertificate));

        // An address that is gone, such as that of a VPN, changes nothing.
        string second = Pin(own);
        _names = _names[..1];
        _clock.Pass(TimeSpan.FromMinutes(1));
        Assert.AreEqual(second, Pin(own));
    }

    [TestMethod]
    public void Renewal_ThatFails_KeepsTheFormerCertificateAndSaysSo()
    {
        using OwnCertificate own = Open();
        string first = Pin(own);
        Directory.CreateDirectory(Path.Combine(_folder, "cloud-server.pem.new", "in the way"));
        _clock.Pass(TimeSpan.FromDays(70));
        Assert.AreEqual(first, Pin(own));
        Assert.HasCount(1, _log);
        Directory.Delete(Path.Combine(_folder, "cloud-server.pem.new"), recursive: true);
        _clock.Pass(TimeSpan.FromMinutes(1));
        Assert.AreNotEqual(first, Pin(own));
    }

    [TestMethod]
    public void Authority_ThatEnds_IsReplaced_AndItsServerCertificateToo()
    {
        string ca;
        using (OwnCertificate own = Open())
        {
            ca = own.CaPem;
        }

        _clock.Pass(TimeSpan.FromDays(3650 - 50));
        using OwnCertificate again = Open();
        Assert.AreNotEqual(ca, again.CaPem);
        using X509Certificate2 authority = X509Certificate2.CreateFromPem(again.CaPem);
        Assert.AreEqual(authority.Subject, again.Current.TargetCertificate.Issuer);
    }

    [TestMethod]
    [DataRow("cloud-ca.pem")]
    [DataRow("cloud-ca.key")]
    [DataRow("cloud-server.pem")]
    public void File_ThatIsDamaged_IsNamedWithItsFolder(string file)
    {
        Open().Dispose();
        File.WriteAllText(Path.Combine(_folder, file), "garbage");
        IOException error = Assert.ThrowsExactly<IOException>(() => Open());
        Assert.Contains(_folder, error.Message);
    }

    [TestMethod]
    public void File_ThatIsALink_IsRefused()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("links need rights on Windows");
        }

        Open().Dispose();
        File.Move(Path.Combine(_folder, "cloud-ca.key"), Path.Combine(_folder, "elsewhere"));
        File.CreateSymbolicLink(Path.Combine(_folder, "cloud-ca.key"), Path.Combine(_folder, "elsewhere"));
        Assert.ThrowsExactly<IOException>(() => Open());
    }

    [TestMethod]
    public async Task OwnCertificate_IsShownWithItsChain_AndReadAgainWhenItChanges()
    {
        TestCertificates root = new();
        TestCertificates between = root.Intermediate();
        string path = Path.Combine(_folder, "fullchain.pem");
        string keyPath = Path.Combine(_folder, "key.pem");
        Write(between, path, keyPath);
        using GivenCertificate given = new(path, keyPath, _clock, _log.Add);
        await using AccessBed bed = await AccessBed.StartAsync(new AccessOptions { IsLoopback = true, Names = ["farm.example"] }, given);
        Assert.AreEqual(HttpStatusCode.OK, await GetAsync(bed.Address, root.CaPem, "farm.example"));

        X509Certificate2 first = given.Current.TargetCertificate;
        Write(between, path, keyPath);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(5));
        _clock.Pass(TimeSpan.FromMinutes(1));
        Assert.AreNotEqual(first.Thumbprint, given.Current.TargetCertificate.Thumbprint);
        Assert.AreEqual(HttpStatusCode.OK, await GetAsync(bed.Address, root.CaPem, "farm.example"));

        string second = given.Current.TargetCertificate.Thumbprint;
        File.WriteAllText(path, "half a certificate");
        _clock.Pass(TimeSpan.FromMinutes(1));
        Assert.AreEqual(second, given.Current.TargetCertificate.Thumbprint);
        Assert.HasCount(1, _log);
    }

    [TestMethod]
    public void GivenCertificate_ThatDoesNotFitItsKey_IsRefusedWithBothNames()
    {
        string path = Path.Combine(_folder, "a.pem");
        string keyPath = Path.Combine(_folder, "b.pem");
        Write(new TestCertificates(), path, Path.Combine(_folder, "a.key"));
        Write(new TestCertificates(), Path.Combine(_folder, "c.pem"), keyPath);
        foreach (string key in new[] { keyPath, Path.Combine(_folder, "missing"), path })
        {
            IOException error = Assert.ThrowsExactly<IOException>(() => new GivenCertificate(path, key, _clock, _log.Add));
            Assert.Contains(path, error.Message);
            Assert.Contains(key, error.Message);
        }
    }

    [TestMethod]
    public void OwnNames_HoldWhatWasGivenAndLoopback()
    {
        string[] names = OwnNames.All(["farm.example"], IPAddress.Any);
        Assert.AreEqual("farm.example", names[0]);
        Assert.Contains("localhost", names);
        Assert.Contains("127.0.0.1", names);
        Assert.AreEqual(names.Length, names.Distinct().Count());
        Assert.AreEqual("192.0.2.7", OwnNames.Addresses(IPAddress.Parse("192.0.2.7")).Single().ToString());
    }

    private static void Write(TestCertificates authority, string path, string keyPath)
    {
        using X509Certificate2 leaf = authority.Leaf("farm", ["farm.example"]);
        File.WriteAllText(path, leaf.ExportCertificatePem() + "\n" + authority.Issuer.ExportCertificatePem() + "\n");
        File.WriteAllText(keyPath, leaf.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    private static string Pin(OwnCertificate certificate) => Convert.ToHexString(certificate.Current.TargetCertificate.GetCertHash(HashAlgorithmName.SHA256));

    private static string AlternativesOf(X509Certificate2 certificate) =>
        string.Join(" ", certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateIPAddresses());

    /// <summary>A request that trusts this authority alone and checks the name.</summary>
    private static async Task<HttpStatusCode> GetAsync(Uri address, string caPem, string name)
    {
        using X509Certificate2 ca = X509Certificate2.CreateFromPem(caPem);
        using SocketsHttpHandler handler = new()
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                TargetHost = name,
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { ca },
                    RevocationMode = X509RevocationMode.NoCheck,
                    DisableCertificateDownloads = true,
                },
            },
        };
        using HttpClient client = new(handler);
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(address, "/api/printers")) { Headers = { Host = name } };
        using HttpResponseMessage answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    private OwnCertificate Open() => OwnCertificate.Open(_folder, () => _names, _clock, _log.Add);
}
