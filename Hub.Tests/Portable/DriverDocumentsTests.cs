using System.Collections;
using System.Text;
using Hub.Core.Drivers;
using Hub.Core.Errors;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>JSON documents of a HAL without a library of its own.</summary>
[TestClass]
public class DriverDocumentsTests
{
    private readonly TreeJsonDocuments _documents = new TreeJsonDocuments();

    [TestMethod]
    public void ParseAndWrite_WhatNanoFrameworksLibraryLoses_StaysAsItWas()
    {
        string document = "{\"arrays\":[[1,2],[3]],\"date\":\"2026-11-30T10:00:00Z\",\"deep\":{\"a\":[{\"b\":{\"c\":null}}]},\"name\":\"\u00e4\ud83d\ude00\",\"poll_ms\":2000,\"rate\":1.5,\"yes\":true}";
        object? tree = _documents.Parse(Encoding.UTF8.GetBytes(document));
        byte[] again = _documents.Write(tree);
        Assert.AreEqual(document, Encoding.UTF8.GetString(again, 0, again.Length));
        Hashtable root = (Hashtable)tree!;
        Assert.IsTrue(root["poll_ms"] is long && root["date"] is string);
    }

    [TestMethod]
    public void Parse_NotJson_IsRefused()
    {
        string[] bad = { "", "{\"a\":1,}", "{\"a\":1} x", "{\"a\":[1,2", "{'a':1}", "{\"a\":01}", "nul" };
        for (int i = 0; i < bad.Length; i++)
        {
            try
            {
                _documents.Parse(Encoding.UTF8.GetBytes(bad[i]));
                Assert.Fail("accepted " + bad[i]);
            }
            catch (HubException error)
            {
                Assert.AreEqual((int)ErrorCode.BadJson, (int)error.Code, bad[i]);
            }
        }
    }
}
