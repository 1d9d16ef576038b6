// Decode what WeChat records (AMR) away from the page: the decoder answers {command, amr}, samples of 8000 a second.
self.module = {};
importScripts("../../vendor/benz-amr-recorder-1.1.5/amrnb.js");
self.module.exports();
