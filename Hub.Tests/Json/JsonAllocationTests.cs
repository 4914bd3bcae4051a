using System;
using Hub.Core.Json;
using Hub.Core.Text;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Json;

[TestClass]
public class JsonAllocationTests
{
    private readonly JsonReader _reader = new JsonReader(32);
    private readonly JsonNames _names = new JsonNames(["print", "gcode_state", "nozzle_temper", "subtask_name"]);
    private readonly byte[] _copy = new byte[256];
    private readonly byte[] _running = JsonSamples.Utf8("RUNNING");

    [TestMethod]
    public void Read_ReportAfterWarmUp_AllocatesNothing()
    {
        foreach (string name in JsonSamples.ReportNames)
        {
            byte[] report = JsonSamples.Report(name);
            double sum = ReadAll(report) + ReadFields(report);
            long allocated = Allocated.By(() =>
            {
                for (int i = 0; i < 10; i++)
                {
                    sum += ReadAll(report) + ReadFields(report);
                }
            });
            Assert.AreEqual(0, allocated, name);
            Assert.AreNotEqual(0, sum);
        }
    }

    private double ReadAll(byte[] report)
    {
        double sum = 0;
        _reader.Reset(report, 0, report.Length);
        while (_reader.Read() != JsonToken.End)
        {
            if (_reader.TryParseInt64(out long whole))
            {
                sum += whole;
            }

            if (_reader.TryParseDouble(out double number))
            {
                sum += number;
            }

            if (_reader.Token == JsonToken.String || _reader.Token == JsonToken.Name)
            {
                sum += _reader.CopyString(_copy);
            }

            sum += _reader.ValueIs(_running) ? 1 : 0;
        }

        return sum;
    }

    private double ReadFields(byte[] report)
    {
        double sum = 0;
        _reader.Reset(report, 0, report.Length);
        _reader.Read();
        while (_reader.Read() != JsonToken.End)
        {
            if (_reader.Token == JsonToken.Name && _names.IndexOf(_reader) < 0)
            {
                _reader.Skip();
                sum++;
            }
        }

        return sum;
    }
}
