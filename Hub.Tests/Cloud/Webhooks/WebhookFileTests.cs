using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Hub.Core.Errors;
using Hub.Simulator.Cloud.Webhooks;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cloud.Webhooks;

/// <summary>The configuration of webhooks.</summary>
[TestClass]
public sealed class WebhookFileTests
{
    [TestMethod]
    public void Read_AllKeys_AreUnderstood()
    {
        List<WebhookTarget> targets = Read(
            """
            {"webhooks": [
              // At night.
              {"name": "night", "url": "https://ntfy.sh/farm-x7Gh2", "kinds": ["failed", "needs_attention"], "text": "{printer}: {job} {error}", "authorization": "Bearer tk_1"},
              {"url": "https://hooks.slack.com/services/T/B/x"},
              {"url": "https://discord.com/api/webhooks/1/x"},
              {"name": "own", "url": "http://192.168.1.7:8080/farm", "secret": "whsec_AAAA"},
              {"name": "off", "url": "http://192.168.1.7:8080/farm", "enabled": false},
              {"name": "bot", "url": "https://api.example.org/send", "body": "{\"chat\":1,\"text\":\"{text}\"}"},
            ]}
            """);

        Assert.AreEqual("night Ntfy, hooks.slack.com Slack, discord.com Discord, own Json, bot Body", string.Join(", ", targets.Select(t => t.Name + " " + t.Format)));
        Assert.AreEqual("failed needs_attention", string.Join(' ', targets[0].Kinds.Order()));
        Assert.AreEqual("clear_bed ended failed finished needs_attention offline paused printer_error", string.Join(' ', targets[1].Kinds.Order()));
        Assert.AreEqual("P: J ", targets[0].Text.Fill(f => f == "printer" ? "P" : f == "job" ? "J" : ""));
        Assert.AreEqual("***", targets[3].Secret!.ToString());
        Assert.DoesNotContain("x7Gh2", targets[0].Shown);
    }

    [TestMethod]
    [DataRow("{}", "a list 'webhooks'")]
    [DataRow("{\"webhooks\":[7]}", "webhooks[0]: it is no object")]
    [DataRow("{\"webhooks\":[{\"url\":\"http://a/\"},{}]}", "webhooks[1]: 'url' is missing")]
    [DataRow("{\"webhooks\":[{\"url\":\"ftp://a/\"}]}", "begins with http:// or https://")]
    [DataRow("{\"webhooks\":[{\"url\":\"http://u:hunter2@a/\"}]}", "no user and password")]
    [DataRow("{\"webhooks\":[{\"url\":\"http://a/\",\"urll\":1}]}", "there is no key 'urll'")]
    [DataRow("{\"webhooks\":[{\"url\":\"http://a/\",\"kinds\":[\"finnished\"]}]}", "there is no kind 'finnished'")]
    [DataRow("{\"webhooks\":[{\"url\":\"http://a/\",\"kinds\":\"finished\"}]}", "'kinds' is no list")]
    [DataRow("{\"webhooks\":[{\"url\":\"http://a/\",\"format\":\"xml\"}]}", "'format' is none of")]
    [DataRow("{\"webhooks\":[{\"url\":\"http://a/\",\"format\":\"json\",\"body\":\"{}\"}]}", "exclude each other")]
    [DataRow("{\"webhooks\":[{\"url\":\"http://a/\",\"text\":\"{printr}\"}]}", "there is no field {printr}")]
    [DataRow("{\"webhooks\":[{\"url\":\"http://a/\",\"text\":\"{text}\"}]}", "write {summary}")]
    [DataRow("{\"webhooks\":[{\"url\":\"http://a/\",\"body\":\"{\\\"a\\\":{job}}\"}]}", "no JSON with its fields filled in")]
    [DataRow("{\"webhooks\":[{\"url\":\"http://a/\",\"secret\":\"whsec_hunter2!\"}]}", "no base64 after whsec_")]
    [DataRow("{\"webhooks\":[{\"url\":\"http://a/\",\"secret\":7}]}", "'secret' is no text")]
    [DataRow("{\"webhooks\":[{\"url\":\"http://a/\",\"authorization\":\"hunter2\\n\"}]}", "a header cannot hold")]
    [DataRow("{\"webhooks\":[{\"url\":\"http://a/\"},{\"url\":\"http://a/\"}]}", "another one has the name 'a'")]
    public void Read_WhatIsWrong_IsNamedWithoutItsSecrets(string json, string words)
    {
        FormatException error = Assert.ThrowsExactly<FormatException>(() => Read(json));
        Assert.Contains(words, error.Message);
        Assert.DoesNotContain("hunter2", error.Message);
    }

    [TestMethod]
    public void Load_NoFileOrNoJson_IsNoneOrAnError()
    {
        string folder = Directory.CreateTempSubdirectory("webhooks-").FullName;
        try
        {
            string file = Path.Combine(folder, WebhookFile.FileName);
            Assert.IsEmpty(WebhookFile.Load(file));
            File.WriteAllText(file, "{\"webhooks\":\n[hunter2]}");
            HubException error = Assert.ThrowsExactly<HubException>(() => WebhookFile.Load(file));
            Assert.AreEqual(ErrorCode.ConfigInvalid, error.Code);
            Assert.Contains("is no JSON: line 2, character 2", error.Message);
            Assert.DoesNotContain("hunter2", error.Message);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [TestMethod]
    public void Of_AddressAlone_TakesTheFormatOfItsHost()
    {
        Assert.AreEqual(WebhookFormat.Ntfy, WebhookTarget.Of("https://ntfy.sh/farm").Format);
        Assert.AreEqual(WebhookFormat.Json, WebhookTarget.Of("http://10.0.0.7/hook").Format);
        Assert.ThrowsExactly<FormatException>(() => WebhookTarget.Of("nonsense"));
    }

    [TestMethod]
    public void Signature_OfTheSpecificationsExample_IsThatOne()
    {
        // The example of the Standard Webhooks specification.
        string signature = WebhookSignature.Of(
            new Core.Hal.Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}"u8);
        Assert.AreEqual("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", signature);
    }

    private static List<WebhookTarget> Read(string json) => WebhookFile.Read(Encoding.UTF8.GetBytes(json));
}
