using System.Text;
using Hub.Core.Drivers;
using Hub.Core.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>The managed SHA-1 and SHA-256 against the examples of FIPS 180-4 and the lengths around their block. (MD5 has tests of its own.)</summary>
[TestClass]
public class DriverDigestTests
{
    [TestMethod]
    public void Compute_ExamplesOfTheStandard_GiveItsDigests()
    {
        string[][] cases =
        {
            new[] { "", "da39a3ee5e6b4b0d3255bfef95601890afd80709", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
            new[] { "abc", "a9993e364706816aba3e25717850c26c9cd0d89d", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
            new[]
            {
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            },
        };
        for (int i = 0; i < cases.Length; i++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes("x" + cases[i][0] + "x");
            Assert.AreEqual(cases[i][1], HexText.Of(Sha1.Compute(bytes, 1, bytes.Length - 2)), cases[i][0]);
            Assert.AreEqual(cases[i][2], HexText.Of(Sha256.Compute(bytes, 1, bytes.Length - 2)), cases[i][0]);
        }
    }

    [TestMethod]
    public void Compute_LengthsAroundTheBlock_GiveKnownDigests()
    {
        // Digests of so many letters a, made with another program.
        string[][] cases =
        {
            new[] { "55", "c1c8bbdc22796e28c0e15163d20899b65621d65a", "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318" },
            new[] { "56", "c2db330f6083854c99d4b5bfb6e8f29f201be699", "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a" },
            new[] { "63", "03f09f5b158a7a8cdad920bddc29b81c18a551f5", "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34" },
            new[] { "64", "0098ba824b5c16427bd7a1122a5a442a25ec644d", "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb" },
            new[] { "65", "11655326c708d70319be2610e8a57d9a5b959d3b", "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0" },
            new[] { "119", "ee971065aaa017e0632a8ca6c77bb3bf8b1dfc56", "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb" },
            new[] { "120", "f34c1488385346a55709ba056ddd08280dd4c6d6", "2f3d335432c70b580af0e8e1b3674a7c020d683aa5f73aaaedfdc55af904c21c" },
            new[] { "128", "ad5b3fdbcb526778c2839d2f151ea753995e26a0", "6836cf13bac400e9105071cd6af47084dfacad4e5e302c94bfed24e013afb73e" },
            new[] { "1000", "291e9a6c66994949b57ba5e650361e98fc36b1ba", "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3" },
        };
        for (int i = 0; i < cases.Length; i++)
        {
            byte[] bytes = new byte[int.Parse(cases[i][0])];
            for (int j = 0; j < bytes.Length; j++)
            {
                bytes[j] = (byte)'a';
            }

            Assert.AreEqual(cases[i][1], HexText.Of(Sha1.Compute(bytes, 0, bytes.Length)), cases[i][0]);
            Assert.AreEqual(cases[i][2], HexText.Of(Sha256.Compute(bytes, 0, bytes.Length)), cases[i][0]);
        }
    }
}
