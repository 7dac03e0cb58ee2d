/** `<script type="module" src="/assistant.js"></script>` defines the element. */
import { HandrailAssistant } from "./element";

if (!customElements.get("handrail-assistant")) {
  customElements.define("handrail-assistant", HandrailAssistant);
}
