using Hub.Core.Errors;

namespace Hub.Core.Printers.PrusaLink;

/// <summary>
/// What a 409 means: one status for every obstacle, distinguished only by its words (Buddy
/// gcode_upload.cpp and prusa_link_api_v1.cpp, Python prusa/link/conditions.py). Thread: any.
/// </summary>
internal static class PrusaLinkConflict
{
    /// <summary>The error for PrusaLink's words.</summary>
    /// <param name="sentence">Its words, or null.</param>
    /// <param name="otherwise">What it means when the words are none of the known ones.</param>
    public static HubException Explain(string? sentence, string otherwise)
    {
        string words = sentence == null ? "" : sentence.ToLower();
        if (Has(words, "another transfer") || Has(words, "one file at time") || Has(words, "already in transfer"))
        {
            return new HubException(ErrorCode.TransferBusy, "the printer is already receiving another file (409): wait for it");
        }

        if (Has(words, "ongoing transfer") || Has(words, "is a directory"))
        {
            return new HubException(ErrorCode.FileInUse, "the printer has a folder of this name, or an unfinished upload of it (409): rename the file or wait");
        }

        if (Has(words, "conflicting upload path"))
        {
            return new HubException(ErrorCode.BadFileName, "a file on the printer has the name of one of the path's folders (409): rename the file");
        }

        if (Has(words, "already exists"))
        {
            return new HubException(ErrorCode.FileInUse, "the printer has a file of this name and does not replace it (409): rename the file");
        }

        if (Has(words, "is busy") || Has(words, "currently printed"))
        {
            return new HubException(ErrorCode.FileInUse, "the printer prints or reads the file of this name (409): rename the file or wait");
        }

        if (Has(words, "storage do"))
        {
            return new HubException(ErrorCode.NotFound, "the printer's storage is not there (409): is its USB drive or card plugged in?");
        }

        if (Has(words, "read only"))
        {
            return new HubException(ErrorCode.Refused, "the printer's storage can only be read (409)");
        }

        if (Has(words, "stopped by user"))
        {
            return new HubException(ErrorCode.Refused, "somebody stopped the upload at the printer (409)");
        }

        return new HubException(ErrorCode.WrongState, sentence == null ? otherwise + " (409)" : otherwise + " (409: " + sentence + ")");
    }

    private static bool Has(string words, string part) => words.IndexOf(part) >= 0;
}
