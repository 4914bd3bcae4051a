using System.Collections;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.ConnectionTest;
using Hub.Core.Errors;
using Hub.Core.Json;
using Hub.Core.Printers;

namespace Hub.Core.Requests;

/// <summary>printers.test: a configured printer, or one that is described in the request. Thread: any; it waits for the printer.</summary>
internal sealed class TestRequests
{
    private const string TimeoutKey = "timeout_seconds";
    private const int DefaultSeconds = 30;
    private const int MaxSeconds = 120;
    private const int MsPerSecond = 1000;

    private readonly ConfigManager _config;
    private readonly PrinterTester _tester;
    private readonly CancellationToken _stop;

    public TestRequests(ConfigManager config, PrinterTester tester, CancellationToken stop)
    {
        _config = config;
        _tester = tester;
        _stop = stop;
    }

    /// <summary>Tests, and writes the members of the result. Errors: <see cref="ErrorCode.UnknownPrinter"/>; <see cref="ErrorCode.ConfigInvalid"/>; <see cref="ErrorCode.Cancelled"/>.</summary>
    public void Test(HubRequest request, JsonWriter json)
    {
        RequestParams values = request.Params;
        int timeoutMs = (int)values.Whole(TimeoutKey, 1, MaxSeconds, DefaultSeconds) * MsPerSecond;
        PrinterConfig printer = values.OptionalText(PrinterKeys.Type) == null ? Configured(values.Text(PrinterKeys.Id)) : Described(values.Values);
        Steps steps = new Steps(request);
        bool isPassed = _tester.Test(printer, timeoutMs, steps, _stop);
        json.Name("printer");
        json.Value(printer.Id);
        json.Name("ok");
        json.Value(isPassed);
        json.Name("steps");
        steps.Write(json);
    }

    private PrinterConfig Configured(string id) =>
        _config.Find(id) ?? throw new HubException(ErrorCode.UnknownPrinter, "no printer has the id '" + id + "'");

    /// <summary>A printer that is tested before it is added. Its id is a free one, so that it is not taken for one that the hub runs.</summary>
    private PrinterConfig Described(Hashtable entry)
    {
        entry.Remove(TimeoutKey);
        entry[PrinterKeys.Id] = _config.NextId((string)entry[PrinterKeys.Type]!);
        return _config.Read(entry);
    }

    private sealed class Steps : ITestListener
    {
        private const int InitialBytes = 128;
        private const int MaxBytes = 4096;

        private readonly HubRequest _request;
        private readonly ArrayList _steps = new ArrayList();

        public Steps(HubRequest request)
        {
            _request = request;
        }

        public void StepEnded(TestStep step)
        {
            _steps.Add(step);
            JsonWriter json = new JsonWriter(InitialBytes, MaxBytes);
            Write(step, json);
            _request.EndStep(json.ToArray());
        }

        public void Write(JsonWriter json)
        {
            json.BeginArray();
            for (int i = 0; i < _steps.Count; i++)
            {
                Write((TestStep)_steps[i]!, json);
            }

            json.EndArray();
        }

        private static void Write(TestStep step, JsonWriter json)
        {
            json.BeginObject();
            json.Name("step");
            json.Value(step.Code);
            json.Name("ok");
            json.Value(step.Error == null);
            json.Name("message");
            json.Value(step.Message);
            if (step.Error != null)
            {
                json.Name("error_code");
                json.Value(ErrorCodes.Name(step.Error.Code));
            }

            json.EndObject();
        }
    }
}
