using Hub.Core.Json;
using Hub.Core.Text;

namespace Hub.Core.Printers.Bambu;

/// <content>The answer to get_version: info.module[], where "ota" has the firmware and, since 2025, the product's name.</content>
internal sealed partial class BambuReport
{
    private const int MaxNameBytes = 64;
    private static readonly JsonNames s_versionCommand = new JsonNames(new[] { "get_version" });

    /// <summary>Modules that tell firmware or model; from <see cref="FirstX1Board"/> on they are boards of the X1.</summary>
    private const int OtaModule = 0;
    private const int FirstX1Board = 2;
    private static readonly JsonNames s_modules = new JsonNames(new[] { "ota", "esp32", "rv1126", "ap" });

    private string? _moduleModel;

    private BambuMessageKind ReadVersion()
    {
        bool isVersion = false;
        while (Reader.Read() == JsonToken.Name)
        {
            int key = BambuKeys.Names.IndexOf(Reader);
            Reader.Read();
            if (key == BambuKeys.Command)
            {
                isVersion = Reader.Token == JsonToken.String && s_versionCommand.IndexOf(Reader) == 0;
            }
            else if (key == BambuKeys.Module && Reader.Token == JsonToken.ArrayStart)
            {
                ReadModules();
            }
            else if (key == BambuKeys.SequenceId)
            {
                Reply.SequenceId = Reader.TryParseInt64(out long sequence) ? sequence : -1;
            }

            Reader.Skip();
        }

        return isVersion ? BambuMessageKind.Version : BambuMessageKind.Other;
    }

    private void ReadModules()
    {
        _moduleModel = null;
        while (Reader.Read() != JsonToken.ArrayEnd)
        {
            if (Reader.Token == JsonToken.ObjectStart)
            {
                ReadModule();
            }
            else
            {
                Reader.Skip();
            }
        }

        ModelName = _moduleModel ?? ModelName;
    }

    private void ReadModule()
    {
        int module = -1;
        string? version = null;
        string? product = null;
        string? hardware = null;
        while (Reader.Read() == JsonToken.Name)
        {
            int key = BambuKeys.Names.IndexOf(Reader);
            Reader.Read();
            if (key >= 0 && Reader.Token == JsonToken.String)
            {
                string text = OneLine.Of(Reader.GetString(MaxNameBytes));
                module = key == BambuKeys.Name ? s_modules.IndexOf(Reader) : module;
                version = key == BambuKeys.SwVer ? text : version;
                product = (key == BambuKeys.ProductName || key == BambuKeys.ProjectName) && text.Length > 0 ? text : product;
                hardware = key == BambuKeys.HwVer ? text : hardware;
            }

            Reader.Skip();
        }

        if (module == OtaModule && version != null)
        {
            Firmware = version;
        }

        // Older X1 name neither product nor project: their board shows which it is (pybambu).
        bool isX1Board = module >= FirstX1Board && product == null;
        _moduleModel = module >= 0 && product != null ? _moduleModel ?? product
            : isX1Board && hardware == "AP05" ? _moduleModel ?? "X1C"
            : isX1Board && hardware == "AP02" ? _moduleModel ?? "X1E" : _moduleModel;
    }
}
