using Hub.Core.Errors;
using Hub.Core.Http;
using Hub.Core.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>URLs of servers, and the small text rules beside them.</summary>
[TestClass]
public class HttpOriginTests
{
    [TestMethod]
    public void Parse_GoodUrls_GiveTheirPartsAndShortestForm()
    {
        // URL, shortest form, host, port, base path, Host header.
        string[][] cases =
        {
            new[] { "http://octopi.local", "http://octopi.local", "octopi.local", "80", "", "octopi.local" },
            new[] { "http://octopi.local/", "http://octopi.local", "octopi.local", "80", "", "octopi.local" },
            new[] { "HTTP://OctoPi.Local:80/", "http://octopi.local", "octopi.local", "80", "", "octopi.local" },
            new[] { "https://h:443/Octo//", "https://h/Octo", "h", "443", "/Octo", "h" },
            new[] { "https://h:80/a/b", "https://h:80/a/b", "h", "80", "/a/b", "h:80" },
            new[] { "http://192.168.1.7:7125", "http://192.168.1.7:7125", "192.168.1.7", "7125", "", "192.168.1.7:7125" },
            new[] { "http://[::1]:5000/", "http://[::1]:5000", "::1", "5000", "", "[::1]:5000" },
            new[] { "https://[FE80::1:2]", "https://[fe80::1:2]", "fe80::1:2", "443", "", "[fe80::1:2]" },
            new[] { "http://[::ffff:10.0.0.1]/p", "http://[::ffff:10.0.0.1]/p", "::ffff:10.0.0.1", "80", "/p", "[::ffff:10.0.0.1]" },
            new[] { "http://[1:2:3:4:5:6:7:8]", "http://[1:2:3:4:5:6:7:8]", "1:2:3:4:5:6:7:8", "80", "", "[1:2:3:4:5:6:7:8]" },
            new[] { "http://h/.octo/a..b", "http://h/.octo/a..b", "h", "80", "/.octo/a..b", "h" },
            new[] { "http://my_printer-2:65535", "http://my_printer-2:65535", "my_printer-2", "65535", "", "my_printer-2:65535" },
            new[] { "http://h/a%20b:c", "http://h/a%20b:c", "h", "80", "/a%20b:c", "h" },
        };
        for (int i = 0; i < cases.Length; i++)
        {
            HttpOrigin origin = HttpOrigin.Parse(cases[i][0]);
            Assert.AreEqual(cases[i][1], origin.ToString());
            Assert.AreEqual(cases[i][2], origin.Host);
            Assert.AreEqual(cases[i][3], origin.Port.ToString());
            Assert.AreEqual(cases[i][4], origin.BasePath);
            Assert.AreEqual(cases[i][5], origin.HostHeader);
            Assert.AreEqual(cases[i][1].StartsWith("https"), origin.IsTls);
            Assert.AreEqual(cases[i][1], HttpOrigin.Parse(origin.ToString()).ToString());
        }
    }

    [TestMethod]
    public void Parse_WrongUrls_SayWhichPartIsWrongAndRepeatNothing()
    {
        string[][] cases =
        {
            new[] { "", "1 to 2048" },
            new[] { "octopi.local", "begin with http" },
            new[] { "octopi.local:5000", "begin with http" },
            new[] { "ftp://h", "begin with http" },
            new[] { "http:/h", "begin with http" },
            new[] { "http//h", "begin with http" },
            new[] { "http://", "host is missing" },
            new[] { "http:///path", "host is missing" },
            new[] { "http://:80", "host is missing" },
            new[] { "http://user:hunter2@h", "user or password" },
            new[] { "http://hunter2@h", "user or password" },
            new[] { "http://h?apikey=hunter2", "query" },
            new[] { "http://h/p?apikey=hunter2", "query" },
            new[] { "http://h/#top", "fragment" },
            new[] { "http://h:", "port" },
            new[] { "http://h:0", "port" },
            new[] { "http://h:65536", "port" },
            new[] { "http://h:99999999999999999999", "port" },
            new[] { "http://h:-1", "port" },
            new[] { "http://h:hunter2", "port" },
            new[] { "http://h:8O", "port" },
            new[] { "http://fe80::1", "brackets" },
            new[] { "http://::1:5000", "brackets" },
            new[] { "http://[::1", "bracket" },
            new[] { "http://[::1]5000", "brackets" },
            new[] { "http://[::1]x:5000", "brackets" },
            new[] { "http://[]", "IPv6" },
            new[] { "http://[h]", "IPv6" },
            new[] { "http://[1.2.3.4]", "IPv6" },
            new[] { "http://[::g]", "IPv6" },
            new[] { "http://[1:2:3:4:5:6:7:8:9:a]", "IPv6" },
            new[] { "http://[fe80::1%25eth0]", "zone" },
            new[] { "http://[fe80::1%eth0]", "zone" },
            new[] { "http://::1]", "brackets" },
            new[] { "http://h]/", "character" },
            new[] { "http://a..b", "not a name" },
            new[] { "http://.b", "not a name" },
            new[] { "http://a,b", "character" },
            new[] { "http://a%41", "character" },
            new[] { "http://h\\x", "backslash" },
            new[] { "http://h/a b", "spaces" },
            new[] { " http://h", "spaces" },
            new[] { "http://h\r\nX: y", "control" },
            new[] { "http://h/octo/../x", "segments" },
            new[] { "http://h/octo/..", "segments" },
            new[] { "http://h/./octo", "segments" },
            new[] { "http://h/%2E./octo", "segments" },
            new[] { "http://[1:::2]", "IPv6" },
            new[] { "http://[1::2::3]", "IPv6" },
            new[] { "http://[1:2:3]", "IPv6" },
            new[] { "http://h/\u00e4", "ASCII" },
            new[] { "http://h/\u007f", "control" },
        };
        for (int i = 0; i < cases.Length; i++)
        {
            string message = ErrorOf(cases[i][0]);
            Assert.IsTrue(message.StartsWith("url is wrong: ") && message.IndexOf(cases[i][1]) > 0, cases[i][0] + " gives: " + message);
            Assert.IsFalse(message.Contains("hunter2"), message);
        }
    }

    [TestMethod]
    public void PercentEncode_AnyText_KeepsOnlyUnreservedCharacters()
    {
        string[][] cases =
        {
            new[] { "", "" },
            new[] { "AZaz09-._~", "AZaz09-._~" },
            new[] { "a b/c\\d", "a%20b%2Fc%5Cd" },
            new[] { "50%+?#&=:@'()!*,;$[]", "50%25%2B%3F%23%26%3D%3A%40%27%28%29%21%2A%2C%3B%24%5B%5D" },
            new[] { "\u00e4\u20ac", "%C3%A4%E2%82%AC" },
            new[] { "\r\n\"\u007f", "%0D%0A%22%7F" },
        };
        for (int i = 0; i < cases.Length; i++)
        {
            Assert.AreEqual(cases[i][1], UrlText.PercentEncode(cases[i][0]));
        }
    }

    private static string ErrorOf(string url)
    {
        try
        {
            return "accepted as " + HttpOrigin.Parse(url).ToString();
        }
        catch (HubException error)
        {
            Assert.AreEqual((int)ErrorCode.ConfigInvalid, (int)error.Code);
            return error.Message;
        }
    }
}
