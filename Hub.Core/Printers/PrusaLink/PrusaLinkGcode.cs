using System.Text;
using Hub.Core.Errors;
using Hub.Core.Http;
using Hub.Core.Text;

namespace Hub.Core.Printers.PrusaLink;

/// <summary>
/// G-code for the Python PrusaLink, which accepts none: the few lines that its head, tool and bed calls can do
/// (Prusa-Link prusa/link/web/controls.py) become requests, every other line is refused. G90 and G91 apply to the lines
/// after them in the same command. Pure. Thread: one owner.
/// </summary>
internal sealed class PrusaLinkGcode
{
    private const string Head = "/api/printer/printhead";
    private const string Tool = "/api/printer/tool";
    private const string Bed = "/api/printer/bed";

    private bool _isRelative;

    /// <summary>Target of the request for the last line, or null when the line needs none.</summary>
    public string? Target { get; private set; }

    /// <summary>Its JSON body.</summary>
    public string Json { get; private set; } = "";

    /// <summary>Translates one line. Errors: <see cref="ErrorCode.NotSupported"/>.</summary>
    public void Translate(string line)
    {
        string text = line;
        int comment = text.IndexOf(';');
        if (comment >= 0)
        {
            text = text.Substring(0, comment);
        }

        string[] words = text.Trim().ToUpper().Split(' ');
        Target = null;
        if (words[0].Length == 0)
        {
            return;
        }

        // Compared one by one: a switch over strings hashes them by an indexer that is slow on the board.
        if (words[0] == "M104")
        {
            Put(Tool, "{\"command\":\"target\",\"targets\":{\"tool0\":" + Temperature(words, line) + "}}");
        }
        else if (words[0] == "M140")
        {
            Put(Bed, "{\"command\":\"target\",\"target\":" + Temperature(words, line) + "}");
        }
        else if (words[0] == "G28")
        {
            Put(Head, HomeJson(words, line));
        }
        else if (words[0] == "G0" || words[0] == "G1")
        {
            Put(Head, JogJson(words, line));
        }
        else if ((words[0] == "G90" || words[0] == "G91") && words.Length == 1)
        {
            _isRelative = words[0] == "G91";
        }
        else
        {
            throw Refusal(line);
        }
    }

    private static HubException Refusal(string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line);
        return new HubException(
            ErrorCode.NotSupported,
            "PrusaLink accepts no free-form G-code, only M104 S, M140 S, G28 [X Y Z], G90, G91 and G0 or G1 with X, Y, Z and F; not '"
            + Ascii.Printable(bytes, 0, bytes.Length) + "'");
    }

    /// <summary>The temperature after S; T0 is the only tool.</summary>
    private static string Temperature(string[] words, string line)
    {
        string? target = null;
        for (int i = 1; i < words.Length; i++)
        {
            if (words[i].StartsWith("S") && target == null)
            {
                target = Number(words[i], line);
            }
            else if (words[i].Length > 0 && words[i] != "T0")
            {
                throw Refusal(line);
            }
        }

        return target ?? throw Refusal(line);
    }

    private static string HomeJson(string[] words, string line)
    {
        string axes = "";
        for (int i = 1; i < words.Length; i++)
        {
            if (words[i] == "X" || words[i] == "Y" || words[i] == "Z")
            {
                axes += (axes.Length == 0 ? "\"" : ",\"") + words[i].ToLower() + "\"";
            }
            else if (words[i].Length > 0)
            {
                throw Refusal(line);
            }
        }

        return "{\"command\":\"home\",\"axes\":[" + (axes.Length == 0 ? "\"x\",\"y\",\"z\"" : axes) + "]}";
    }

    /// <summary>The number after a word's letter, as JSON.</summary>
    private static string Number(string word, string line)
    {
        char[] digits = word.Substring(1).ToCharArray();
        int start = digits.Length > 0 && digits[0] == '-' ? 1 : 0;
        bool isGood = digits.Length > start && digits.Length <= 9 && Ascii.IsDigit(digits[start]) && Ascii.IsDigit(digits[digits.Length - 1]);
        isGood = isGood && (digits[start] != '0' || digits.Length == start + 1 || digits[start + 1] == '.');
        int points = 0;
        for (int i = start; i < digits.Length; i++)
        {
            points += digits[i] == '.' ? 1 : 0;
            isGood = isGood && (digits[i] == '.' || Ascii.IsDigit(digits[i]));
        }

        return isGood && points <= 1 ? new string(digits) : throw Refusal(line);
    }

    private string JogJson(string[] words, string line)
    {
        StringBuilder json = new StringBuilder("{\"command\":\"jog\",\"absolute\":");
        json.Append(_isRelative ? "false" : "true");
        bool moves = false;
        for (int i = 1; i < words.Length; i++)
        {
            bool isAxis = words[i].StartsWith("X") || words[i].StartsWith("Y") || words[i].StartsWith("Z");
            if (isAxis)
            {
                json.Append(",\"").Append(words[i].Substring(0, 1).ToLower()).Append("\":").Append(Number(words[i], line));
            }
            else if (words[i].StartsWith("F"))
            {
                json.Append(",\"feedrate\":").Append(Number(words[i], line));
            }
            else if (words[i].Length > 0)
            {
                throw Refusal(line);
            }

            moves = moves || isAxis;
        }

        return moves ? json.Append('}').ToString() : throw Refusal(line);
    }

    private void Put(string target, string json)
    {
        Target = target;
        Json = json;
    }
}
