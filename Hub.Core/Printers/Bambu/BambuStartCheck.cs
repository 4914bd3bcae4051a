using Hub.Core.Errors;

namespace Hub.Core.Printers.Bambu;

/// <summary>What is known before an upload about the start that is to follow. Thread: any.</summary>
public static class BambuStartCheck
{
    /// <summary>Errors: <see cref="ErrorCode.Refused"/> for slots that no printer has, whatever its model.</summary>
    public static void CheckNumbers(StartOptions options)
    {
        int[]? slots = options.UseAms ? options.AmsMapping : null;
        for (int i = 0; slots != null && i < slots.Length; i++)
        {
            BambuFilament.CheckNumber(slots[i]);
        }
    }

    /// <summary>
    /// Errors: <see cref="ErrorCode.Refused"/> for slots that no printer or not this model has, <see cref="ErrorCode.BadFileType"/>
    /// for a file that this model does not print. Where neither configuration nor serial reveal the model, and for what only the
    /// printer's report contains (its AMS units), the start itself is refused.
    /// </summary>
    /// <param name="config">The printer.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="options">How it is to be started.</param>
    public static void Check(PrinterConfig config, string name, StartOptions options)
    {
        BambuModel model = BambuModel.OfConfig(config);
        bool isProject = BambuStart.IsProject(name, model);
        BambuStart.CheckOptions(isProject, options);
        if (isProject && (model.IsKnown || !BambuStart.NamesSpool(options)))
        {
            BambuFilament.Of(model, options, -1, 0);
        }
    }
}
