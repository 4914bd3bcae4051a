using System.Text;
using Hub.Core.Drivers;
using Hub.Core.Http;
using Hub.Core.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>The managed MD5 against the examples of RFC 1321 and the lengths around its block.</summary>
[TestClass]
public class Md5Tests
{
    [TestMethod]
    public void Compute_Rfc1321Suite_GivesItsDigests()
    {
        string[][] cases =
        {
            new[] { "", "d41d8cd98f00b204e9800998ecf8427e" },
            new[] { "abc", "900150983cd24fb0d6963f7d28e17f72" },
            new[] { "message digest", "f96b697d7cb7938d525a2f31aaf161d0" },
            new[] { "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "d174ab98d277d9f5a5611c2c9f419d9f" },
            new[] { "12345678901234567890123456789012345678901234567890123456789012345678901234567890", "57edf4a22be3c955ac49da2e2107b67a" },
        };
        for (int i = 0; i < cases.Length; i++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes("x" + cases[i][0] + "x");
            Assert.AreEqual(cases[i][1], HexText.Of(Md5.Compute(bytes, 1, bytes.Length - 2)), cases[i][0]);
        }
    }

    [TestMethod]
    public void Compute_LengthsAroundTheBlock_GiveKnownDigests()
    {
        // Digests of so many letters a, made with another program.
        string[][] cases =
        {
            new[] { "55", "ef1772b6dff9a122358552954ad0df65" },
            new[] { "56", "3b0c8ac703f828b04c6c197006d17218" },
            new[] { "63", "b06521f39153d618550606be297466d5" },
            new[] { "64", "014842d480b571495a4a0363793f7367" },
            new[] { "65", "c743a45e0d2e6a95cb859adae0248435" },
            new[] { "1000", "cabe45dcc9ae5b66ba86600cca6b8ba8" },
        };
        for (int i = 0; i < cases.Length; i++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(new string('a', int.Parse(cases[i][0])));
            Assert.AreEqual(cases[i][1], HexText.Of(Md5.Compute(bytes, 0, bytes.Length)), cases[i][0]);
        }
    }
}
