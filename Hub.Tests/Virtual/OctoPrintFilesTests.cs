using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Hub.Simulator.Virtual;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Virtual;

[TestClass]
public sealed class OctoPrintFilesTests : OctoPrintTestBase
{
    // Names and outcomes of a real 1.10.3.
    [TestMethod]
    [DataRow("plain.gcode", 201, "plain.gcode")]
    [DataRow("my first  print (1).gcode", 201, "my first  print (1).gcode")]
    [DataRow("say %22hi%22 it's.gcode", 201, "say %22hi%22 it's.gcode")]
    [DataRow("UPPER.GCODE", 201, "UPPER.GCODE")]
    [DataRow("short.gco", 201, "short.gco")]
    [DataRow("short.g", 201, "short.g")]
    [DataRow(".hidden.gcode", 201, "hidden.gcode")]
    [DataRow("sub/dir.gcode", 201, "sub/dir.gcode")]
    [DataRow("/etc/evil.gcode", 201, "etc/evil.gcode")]
    [DataRow("a#b?c%20d&e;f+g[h]{i}!.gcode", 201, "a#bc%20d&e;f+g[h]{i}!.gcode")]
    [DataRow("C:bad*name<>|.gcode", 201, "Cbadname.gcode")]
    [DataRow("say \\\"hi\\\" it's.gcode", 201, "say hi it's.gcode")]
    [DataRow(" lead and trail .gcode", 201, " lead and trail .gcode")]
    [DataRow("", 415, null)]
    [DataRow("../../evil.gcode", 400, null)]
    [DataRow("..\\evil.gcode", 400, null)]
    [DataRow("readme.txt", 415, null)]
    [DataRow("noext", 415, null)]
    [DataRow("a.gcode.txt", 415, null)]
    public async Task Upload_Name_LikeOctoPrint(string name, int expectedStatus, string? expectedPath)
    {
        (int status, JsonNode? body, Uri? location) = await UploadAsync(name, "G28\n");
        Assert.AreEqual(expectedStatus, status, body?.ToJsonString());
        if (expectedPath == null)
        {
            Assert.IsEmpty(StoredFiles());
            return;
        }

        JsonNode local = body!["files"]!["local"]!;
        Assert.AreEqual(expectedPath, (string?)local["path"]);
        Assert.AreEqual(expectedPath[(expectedPath.LastIndexOf('/') + 1)..], (string?)local["name"]);
        Assert.AreEqual("local", (string?)local["origin"]);
        Assert.IsTrue((bool)body["done"]!);
        CollectionAssert.AreEqual(new[] { expectedPath }, StoredFiles());

        // Both addresses lead back to the file.
        Assert.AreEqual((string?)local["refs"]!["resource"], location!.OriginalString);
        Assert.AreEqual(expectedPath, (string?)(await GetAsync(location.OriginalString))["path"]);
        Assert.AreEqual("G28\n", await Client.GetStringAsync((string)local["refs"]!["download"]!));
    }

    [TestMethod]
    public async Task Upload_NameTooLong_LosesItsExtension()
    {
        Assert.AreEqual(201, (await UploadAsync(new string('L', 240) + ".gcode", "G28\n")).Status);
        Assert.AreEqual(415, (await UploadAsync(new string('L', 260) + ".gcode", "G28\n")).Status);
    }

    [TestMethod]
    public async Task Upload_NonAsciiName_TakesFilenameStarAndRawUtf8()
    {
        using MultipartFormDataContent form = [];
        form.Add(new StringContent("G28\n"), "file", "Größe 日本.gcode");
        using HttpResponseMessage response = await Client.PostAsync("/api/files/local", form);
        Assert.AreEqual(HttpStatusCode.Created, response.StatusCode);
        CollectionAssert.AreEqual(new[] { "Größe 日本.gcode" }, StoredFiles());
        string body = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"Rohöl.gcode\"\r\n\r\nG28\r\n--b--\r\n";
        Assert.AreEqual(201, await PostRawAsync(body, "multipart/form-data; boundary=b"));
        CollectionAssert.AreEqual(new[] { "Größe 日本.gcode", "Rohöl.gcode" }, StoredFiles());
    }

    [TestMethod]
    public async Task Upload_FieldsAfterTheFile_CountToo()
    {
        string body = "--b\r\nContent-Disposition: form-data; name=file; filename=order.gcode\r\n\r\nG28\r\n--b\r\nContent-Disposition: form-data; name=path\r\n\r\nfolder/x\r\n--b\r\nContent-Disposition: form-data; name=print\r\n\r\ntrue\r\n--b--\r\n";
        Assert.AreEqual(201, await PostRawAsync(body, "multipart/form-data; boundary=b"));
        CollectionAssert.AreEqual(new[] { "folder/x/order.gcode" }, StoredFiles());
        Assert.AreEqual("folder/x/order.gcode", Printer.Machine.Read().Job!.Path);
        Assert.IsTrue(Printer.Machine.Read().IsPrinting);
    }

    [TestMethod]
    [DataRow("../../x", 400)]
    [DataRow("a/../b", 201)]
    [DataRow("/abs", 201)]
    public async Task Upload_PathField_NeverLeavesTheStorage(string path, int expected)
    {
        Assert.AreEqual(expected, (await UploadAsync("t.gcode", "G28\n", ("path", path))).Status);
        Assert.IsFalse(StoredFiles().Any(f => f.StartsWith("..", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Upload_SelectAndPrint_TellWhatTookEffect()
    {
        JsonNode? body = (await UploadAsync("a.gcode", "G28\n", ("select", "true"))).Body;
        Assert.IsTrue((bool)body!["effectiveSelect"]!);
        Assert.IsFalse((bool)body["effectivePrint"]!);
        Assert.AreEqual("a.gcode", Printer.Machine.Read().Job!.Path);
        body = (await UploadAsync("b.gcode", "G28\n", ("print", "true"))).Body;
        Assert.IsTrue((bool)body!["effectivePrint"]!);
        Assert.IsTrue(Printer.Machine.Read().IsPrinting);
        body = (await UploadAsync("c.gcode", "G28\n", ("print", "true"))).Body;
        Assert.IsFalse((bool)body!["effectivePrint"]!);
        Assert.AreEqual("b.gcode", Printer.Machine.Read().Job!.Path);
    }

    [TestMethod]
    public async Task Upload_PrintWhileOffline_Is201WithoutEffect()
    {
        Printer.Machine.Disconnect();
        (int status, JsonNode? body, _) = await UploadAsync("a.gcode", "G28\n", ("print", "true"));
        Assert.AreEqual(201, status);
        Assert.IsFalse((bool)body!["effectivePrint"]!);
    }

    [TestMethod]
    public async Task Upload_OverAFile_OnlyThePrintedOneIsProtected()
    {
        await UploadAsync("other.gcode", "G28\n");
        await StartPrintingAsync();
        Assert.AreEqual(201, (await UploadAsync("other.gcode", "G28\nG29\n")).Status);
        Assert.AreEqual(409, (await UploadAsync("print.gcode", "G29\n")).Status);
        Printer.Machine.Pause();
        Time.Pass(1);
        Assert.AreEqual(409, (await UploadAsync("print.gcode", "G29\n")).Status);
        Assert.AreEqual(1000, (int)(await GetAsync("/api/files/local/print.gcode"))["size"]!);
        Assert.AreEqual(8, (int)(await GetAsync("/api/files/local/other.gcode"))["size"]!);
        Printer.Machine.Cancel();
        Time.Pass(1);
        Assert.AreEqual(201, (await UploadAsync("print.gcode", "G29\n")).Status);
    }

    [TestMethod]
    public async Task Upload_TooLarge_Is413()
    {
        Assert.AreEqual(413, (await UploadAsync("big.gcode", new string('G', 1_000_001))).Status);
        Assert.IsEmpty(StoredFiles());
    }

    [TestMethod]
    public async Task Upload_Chunked_Is411()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/api/files/local") { Content = new StringContent("x") };
        request.Headers.TransferEncodingChunked = true;
        using HttpResponseMessage response = await Client.SendAsync(request);
        Assert.AreEqual(HttpStatusCode.LengthRequired, response.StatusCode);
    }

    [TestMethod]
    public async Task Upload_WithoutFileOrKey_IsRefused()
    {
        using MultipartFormDataContent form = [];
        form.Add(new StringContent("true"), "print");
        using HttpResponseMessage response = await Client.PostAsync("/api/files/local", form);
        Assert.AreEqual(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.AreEqual(400, await PostRawAsync("x", "text/plain"));
        Assert.AreEqual(400, await PostRawAsync("--b\r\nno-disposition: x\r\n\r\n\r\n--b--\r\n", "multipart/form-data; boundary=b"));
        Client.DefaultRequestHeaders.Clear();
        Assert.AreEqual(403, (await UploadAsync("a.gcode", "G28\n")).Status);
        Assert.IsEmpty(StoredFiles());
    }

    [TestMethod]
    public async Task Upload_BinaryWithBoundaryLookalikes_ArrivesUnchanged()
    {
        StringBuilder content = new();
        for (int i = 0; i < 20_000; i++)
        {
            content.Append("\r\n--").Append('-', i % 7).Append("boundar\r\n-\n");
        }

        string body = "--" + new string('-', 26) + "boundary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.gcode\"\r\n\r\n" + content + "\r\n--" + new string('-', 26) + "boundary--\r\n";
        Assert.AreEqual(201, await PostRawAsync(body, "multipart/form-data; boundary=" + new string('-', 26) + "boundary"));
        Assert.AreEqual(content.ToString(), await Client.GetStringAsync("/downloads/files/local/x.gcode"));
    }

    [TestMethod]
    public async Task Upload_BrokenOff_LeavesNothing()
    {
        using (TcpClient tcp = new())
        {
            await tcp.ConnectAsync(IPAddress.Loopback, Printer.Port);
            string head = "POST /api/files/local HTTP/1.1\r\nHost: x\r\nX-Api-Key: " + Printer.ApiKey + "\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 500000\r\n\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"half.gcode\"\r\n\r\n" + new string('G', 100_000);
            await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
            await WaitForAsync(() => StoredFiles().Length == 1, "the upload has begun");
        }

        await WaitForAsync(() => StoredFiles().Length == 0, "the half file is gone");
    }

    [TestMethod]
    public async Task Folder_Made_IsListed()
    {
        using MultipartFormDataContent form = [];
        form.Add(new StringContent("newfolder"), "foldername");
        using HttpResponseMessage response = await Client.PostAsync("/api/files/local", form);
        Assert.AreEqual(HttpStatusCode.Created, response.StatusCode);
        await UploadAsync("in.gcode", "G28\n", ("path", "newfolder"));
        JsonNode flat = (await GetAsync("/api/files/local"))["files"]![0]!;
        Assert.AreEqual("folder", (string?)flat["type"]);
        Assert.AreEqual(4, (int)flat["size"]!);
        Assert.IsEmpty(flat["children"]!.AsArray());
        JsonNode deep = (await GetAsync("/api/files?recursive=true"))["files"]![0]!["children"]![0]!;
        Assert.AreEqual("newfolder/in.gcode", (string?)deep["path"]);
        Assert.AreEqual("machinecode", (string?)deep["type"]);
        Assert.AreEqual("newfolder/in.gcode", (string?)(await GetAsync("/api/files/local/newfolder"))["children"]![0]!["path"]);
        Assert.IsEmpty((await GetAsync("/api/files/sdcard"))["files"]!.AsArray());
        Assert.AreEqual(404, (await SendAsync(HttpMethod.Get, "/api/files/local/none.gcode")).Status);
        Assert.AreEqual(404, (await SendAsync(HttpMethod.Get, "/api/files/elsewhere")).Status);
    }

    [TestMethod]
    public async Task Select_ByState_IsTakenOrRefused()
    {
        await UploadAsync("a.gcode", "G28\n");
        await PostAsync("/api/files/local/none.gcode", """{"command":"select"}""", 404);
        await PostAsync("/api/files/local/a.gcode", """{"command":"dance"}""", 400);
        await PostAsync("/api/files/local/a.gcode", """{"command":"select"}""", 204);
        Assert.IsFalse(Printer.Machine.Read().IsActive);
        await PostAsync("/api/files/local/a.gcode", """{"command":"select","print":true}""", 204);
        Assert.IsTrue(Printer.Machine.Read().IsPrinting);
        await PostAsync("/api/files/local/a.gcode", """{"command":"select","print":true}""", 409);
        Printer.Machine.Disconnect();
        await PostAsync("/api/files/local/a.gcode", """{"command":"select"}""", 409);
    }

    [TestMethod]
    public async Task Delete_ByState_IsTakenOrRefused()
    {
        await StartPrintingAsync();
        await UploadAsync("sub/b.gcode", "G28\n");
        Assert.AreEqual(409, (await SendAsync(HttpMethod.Delete, "/api/files/local/print.gcode")).Status);
        Assert.AreEqual(404, (await SendAsync(HttpMethod.Delete, "/api/files/local/none.gcode")).Status);
        Assert.AreEqual(204, (await SendAsync(HttpMethod.Delete, "/api/files/local/sub")).Status);
        Printer.Machine.Cancel();
        Time.Pass(1);
        Assert.AreEqual(204, (await SendAsync(HttpMethod.Delete, "/api/files/local/print.gcode")).Status);
        Assert.IsNull(Printer.Machine.Read().Job);
        Assert.IsEmpty(StoredFiles());
    }

    [TestMethod]
    [DataRow("/api/files/local/..%2F..%2Fsecret.txt")]
    [DataRow("/api/files/local/%2e%2e%2fuploads")]
    [DataRow("/downloads/files/local/..%2Fuploads%2Fx")]
    [DataRow("/downloads/files/local/sub/..%5C..%5Cx")]
    public async Task Paths_ThatLeaveTheStorage_AreNotFound(string path)
    {
        File.WriteAllText(Path.Combine(Printer.Storage.UploadFolder, "x"), "secret");
        Assert.AreEqual(404, (await SendAsync(HttpMethod.Get, path)).Status);
        Assert.AreEqual(404, (await SendAsync(HttpMethod.Delete, path.Replace("/downloads/files", "/api/files", StringComparison.Ordinal))).Status);
        Assert.IsTrue(File.Exists(Path.Combine(Printer.Storage.UploadFolder, "x")));
    }

    [TestMethod]
    public async Task Download_RangeAndKey_AreRespected()
    {
        await UploadAsync("a.gcode", "0123456789");
        using HttpRequestMessage request = new(HttpMethod.Get, "/downloads/files/local/a.gcode");
        request.Headers.Range = new RangeHeaderValue(2, 4);
        using HttpResponseMessage part = await Client.SendAsync(request);
        Assert.AreEqual(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.AreEqual("234", await part.Content.ReadAsStringAsync());
        Client.DefaultRequestHeaders.Clear();
        Assert.AreEqual(403, (await SendAsync(HttpMethod.Get, "/downloads/files/local/a.gcode")).Status);
    }

    [TestMethod]
    public async Task Upload_DroppedOnPurpose_BreaksTheConnectionAndLeavesNothing()
    {
        Printer.Faults = new VirtualFaults { DropAfterBytes = 50_000 };
        await Assert.ThrowsExactlyAsync<HttpRequestException>(() => UploadAsync("a.gcode", new string('G', 900_000)));
        await WaitForAsync(() => StoredFiles().Length == 0, "the half file is gone");
        Printer.Faults = VirtualFaults.None;
        Assert.AreEqual(201, (await UploadAsync("a.gcode", "G28\n")).Status);
    }

    private static Task WaitForAsync(Func<bool> condition, string what) => Patience.UntilAsync(condition, what);

    private async Task<int> PostRawAsync(string body, string contentType)
    {
        using ByteArrayContent content = new(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using HttpResponseMessage response = await Client.PostAsync("/api/files/local", content);
        return (int)response.StatusCode;
    }
}
