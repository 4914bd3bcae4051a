using System;
using System.Collections.Generic;
using System.IO;
using Hub.Core.Errors;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Errors;

[TestClass]
public class ErrorCodesTests
{
    [TestMethod]
    public void Name_EveryCode_IsItsOwnInSnakeCase()
    {
        HashSet<string> seen = new HashSet<string>();
        foreach (ErrorCode code in Enum.GetValues<ErrorCode>())
        {
            string name = ErrorCodes.Name(code);
            Assert.IsTrue(seen.Add(name), name + " is used twice");
            Assert.AreEqual(code.ToString().ToLowerInvariant(), name.Replace("_", ""));
        }
    }

    [TestMethod]
    public void Documentation_EveryCode_IsInTheTable()
    {
        string table = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "errors.md"));
        foreach (ErrorCode code in Enum.GetValues<ErrorCode>())
        {
            string row = "| " + (int)code + " | `" + ErrorCodes.Name(code) + "` |";
            Assert.AreEqual(code != ErrorCode.None, table.Contains(row, StringComparison.Ordinal), row);
        }
    }

    [TestMethod]
    [DataRow(ErrorCode.None, ErrorClass.None)]
    [DataRow(ErrorCode.Timeout, ErrorClass.Transient)]
    [DataRow(ErrorCode.Throttled, ErrorClass.Throttled)]
    [DataRow(ErrorCode.AuthMissing, ErrorClass.AuthRejected)]
    [DataRow(ErrorCode.WrongState, ErrorClass.Refused)]
    [DataRow(ErrorCode.ConfigInvalid, ErrorClass.Fatal)]
    public void ClassOf_Code_IsItsHundreds(ErrorCode code, ErrorClass expected) => Assert.AreEqual(expected, ErrorCodes.ClassOf(code));
}
