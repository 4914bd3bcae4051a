using System;
using System.Text;
using Hub.Core.Errors;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Support;

/// <summary>Truncated documents.</summary>
internal static class Truncations
{
    /// <summary>Reads every proper prefix of a document; each must be refused as bad JSON.</summary>
    /// <param name="document">The complete document.</param>
    /// <param name="read">Reads the bytes up to a length.</param>
    public static void AssertBadJson(string document, Action<byte[], int> read)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(document.Trim());
        for (int length = 0; length < bytes.Length; length++)
        {
            HubException error = Assert.ThrowsExactly<HubException>(() => read(bytes, length), "cut at " + length);
            Assert.AreEqual(ErrorCode.BadJson, error.Code, "cut at " + length + ": " + error.Message);
        }

        // The complete document must be valid, or the loop above has proven nothing.
        read(bytes, bytes.Length);
    }
}
