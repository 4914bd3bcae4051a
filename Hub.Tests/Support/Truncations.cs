using System;
using System.Text;
using Hub.Core.Errors;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Support;

/// <summary>Documents that break off.</summary>
internal static class Truncations
{
    /// <summary>Reads every beginning of a document but the whole; each must be refused as bad JSON.</summary>
    /// <param name="document">The whole.</param>
    /// <param name="read">Reads the bytes up to a length.</param>
    public static void AssertBadJson(string document, Action<byte[], int> read)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(document.Trim());
        for (int length = 0; length < bytes.Length; length++)
        {
            HubException error = Assert.ThrowsExactly<HubException>(() => read(bytes, length), "cut at " + length);
            Assert.AreEqual(ErrorCode.BadJson, error.Code, "cut at " + length + ": " + error.Message);
        }

        // The whole is read, or the loop above has shown nothing.
        read(bytes, bytes.Length);
    }
}
